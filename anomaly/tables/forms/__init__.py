"""How people write numbers and times in text: recognised over a whole column, then read."""
