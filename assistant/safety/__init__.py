"""Crisis events: kept on disk at once, handed to the action server for staff when it is up. No Rasa here."""
