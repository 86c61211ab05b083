"""Picking: from a run and a policy to its threshold."""
