"""What a message means in its conversation, and which words are said."""
