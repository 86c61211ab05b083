"""What the history of entities takes."""
