"""Scoring: the exported graph run with ONNX Runtime, and the reasons for each score."""
