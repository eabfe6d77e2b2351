"""Feedback on a practised sentence: `review(exercise, text, prompt=None)`. No Rasa, no database."""

from assistant.coach.reviewer import Review, review

__all__ = ["Review", "review"]
