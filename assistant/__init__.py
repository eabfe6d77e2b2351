"""The IPT assistant: language understanding, policies, channels and content.

Importing this package must stay light: no Rasa, no TensorFlow.
"""
