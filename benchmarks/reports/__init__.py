"""What a report takes."""
