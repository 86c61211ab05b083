"""How often cautions are raised where all is well, and where scores drift."""
