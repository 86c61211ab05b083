"""How fast and how good thresholds are picked."""
