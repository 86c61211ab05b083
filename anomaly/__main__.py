"""`python -m anomaly` is the `anomaly` command."""

from cli import main

main()
