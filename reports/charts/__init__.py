"""Charts: SVG drawn from plain figures, each with what it shows in words."""
