"""How often the intervals hold the truth."""
