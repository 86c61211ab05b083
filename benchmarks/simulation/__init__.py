"""What simulated transactions take."""
