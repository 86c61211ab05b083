"""From runs and comparisons to the plain data of `reports`, and to pages."""
