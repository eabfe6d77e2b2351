"""Rasa SDK actions, one file for each capability."""
