"""The page itself: HTML, and its figures as files."""
