"""What every room needs and no room is about: Arrow, files, threads, progress, TensorFlow."""
