"""What scikit-learn's checks of weights ask that chance does not give."""

#: Which rows are held back and in what order they come depends on how many there are: rows that come
#: twice are not drawn as one row of weight 2 is.
BY_CHANCE = {
    "check_sample_weight_equivalence_on_dense_data": "rows are drawn by chance",
}
