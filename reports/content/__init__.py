"""What a page is made from: plain data."""
