"""Guided exercises: one runner for all files in `content/exercises/`. No Rasa, no database."""
