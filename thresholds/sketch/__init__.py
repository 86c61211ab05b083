"""Sketches: scores by label in bounded memory."""
