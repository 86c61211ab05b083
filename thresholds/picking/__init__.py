"""Picking: from an objective and its constraints to a threshold."""
