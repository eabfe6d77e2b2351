"""Benchmarks of language understanding: public data sets, the development set, calibration, the report."""
