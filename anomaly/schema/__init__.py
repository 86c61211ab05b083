"""The schema of a table: the role and the kind of each column."""
