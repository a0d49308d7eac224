"""Rules about who does what: duties that belong in different hands."""
