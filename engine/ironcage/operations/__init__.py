"""What keeps an installation sound: checking the database, and archiving what is over."""
