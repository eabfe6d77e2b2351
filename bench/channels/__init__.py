"""Benches and drawings of the messenger channels."""
