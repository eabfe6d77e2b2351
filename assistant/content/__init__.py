"""Loads and checks `content/`: exercises, help lines, sources, word lists."""
