"""The run folder: what training writes, and what is read from it later."""
