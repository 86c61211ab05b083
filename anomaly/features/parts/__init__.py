"""How the features of a column are made, a file for each kind of column."""
