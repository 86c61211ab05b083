"""What every subject has in common: the command line, the stored results, the tables."""
