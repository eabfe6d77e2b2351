"""Staff: signing in, roles, the audit of what was read and changed."""
