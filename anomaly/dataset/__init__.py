"""The dataset of a training: rows, their split, and the matrix of their features."""
