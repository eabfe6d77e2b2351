"""The contact request: what a clinic needs to call a person back, asked in the chat. No Rasa and no database here."""
