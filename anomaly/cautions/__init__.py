"""Cautions: what the tool can see and a user must know before believing a figure."""
