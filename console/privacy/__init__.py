"""What is erased when, and who may read what in the database."""
