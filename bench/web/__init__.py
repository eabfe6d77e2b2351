"""Benchmark of the website chat in a browser."""
