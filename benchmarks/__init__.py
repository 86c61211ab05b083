"""What docs/benchmarks.md says, measured: one folder a subject, one command line."""
