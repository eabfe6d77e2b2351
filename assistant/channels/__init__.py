"""Channels: the website chat (Slack and Telegram come later)."""
