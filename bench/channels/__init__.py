"""Benchmarks of the messengers."""
