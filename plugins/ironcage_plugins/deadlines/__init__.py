"""Rules about deadlines and time taken."""
