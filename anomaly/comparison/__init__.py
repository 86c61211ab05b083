"""The comparison of methods on the same rows, without leakage."""
