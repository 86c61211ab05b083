"""The networks that the samplers train."""
