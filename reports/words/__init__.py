"""What a page says in words."""
