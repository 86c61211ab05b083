"""The methods of a comparison: their names, estimators, and how they learn."""
