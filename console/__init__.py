"""The console: where a clinic's intake staff work with contact requests and crisis events (a Django project)."""
