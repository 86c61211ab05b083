"""What goes into the exported graph: its layers, the statistics behind them, and the export."""
