"""Whether validation looks better than test, and what few rows against the features cost."""
