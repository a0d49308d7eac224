"""Rules about how work is handled."""
