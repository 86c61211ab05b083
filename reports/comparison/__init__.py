"""A comparison of methods or of runs on a page."""
