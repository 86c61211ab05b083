"""The distributions that objectives without labels fit to scores."""
