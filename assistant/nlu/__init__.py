"""Language understanding: sentence encoder, Rasa graph components, entities."""
