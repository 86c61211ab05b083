"""What tests read out of tables and runs."""


def rows_of(table, columns=None, types=None):
    """Return the rows as dicts, checked to be numbered without a gap."""
    rows = []
    for batch in table.batches(columns, types):
        assert batch.first_row == len(rows)
        rows += batch.data.to_pylist()
    return rows


def problems_of(table, columns=None, types=None):
    return {
        batch.first_row + offset: problem
        for batch in table.batches(columns, types)
        for offset, problem in batch.problems.items()
    }


def labels_and_scores(run, part):
    """Return a part's labels, None where there are none, and its scores."""
    table = run.scores(part)
    labels = table.column("label")
    return (None if labels.null_count else labels.to_numpy()), table.column("score").to_numpy()
