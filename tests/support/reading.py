"""What the tests of tables read out of them."""


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
