"""Supervised methods to compare the detectors with: samplers, classifiers, and the comparison."""
