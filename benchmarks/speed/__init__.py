"""How fast training and scoring are, against peers measured in the same run."""
