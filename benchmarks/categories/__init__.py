"""What a category of many values adds to the default detector, and in which form."""
