"""How methods are judged: figures with intervals, differences, costs."""
