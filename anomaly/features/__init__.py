"""Features: the float32 matrix that a detector reads, made from the columns of a table."""
