"""Contact requests and crisis events: their tables, and the pages on which intake staff work with them."""
