"""Objectives: what a threshold is picked for."""
