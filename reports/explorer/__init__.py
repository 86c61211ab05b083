"""The threshold explorer of a page: exact counts and intervals at many thresholds."""
