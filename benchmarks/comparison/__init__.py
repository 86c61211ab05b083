"""What `anomaly compare` finds and takes."""
