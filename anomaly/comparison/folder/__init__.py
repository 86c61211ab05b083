"""The folder of a comparison: what is stored, and the result that is read from it."""
