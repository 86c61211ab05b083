"""The Keras models that detectors train."""
