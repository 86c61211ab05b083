"""Five published recipes repeated: their figures, ours beside them, and the honest version."""
