"""Demonstrations beside a comparison: what a leak feigns, what a bias gains."""
