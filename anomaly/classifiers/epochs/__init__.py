"""What a neural classifier does in an epoch: its batches, its loss, what is known after it."""
