"""What commands take and say."""
