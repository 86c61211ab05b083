"""Counting: labels and scores as counts at every threshold."""
