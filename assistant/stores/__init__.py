"""Stores for conversations."""
