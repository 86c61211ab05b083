"""What leakage feigns: far more with generated rows in the test set than on its real rows."""

import numpy as np
import pytest

import anomaly
from anomaly.comparison.demonstrations.leak import leak_shown
from anomaly.dataset.prepared import make_dataset, read_transactions, split_rows
from anomaly.schema.roles import Roles


def test_the_pair_is_on_the_page_with_the_reason(transactions, tmp_path):
    found = anomaly.compare(
        transactions,
        label="fraud",
        methods=["logistic"],
        show_leak=True,
        out=tmp_path / "c",
    )
    assert found.leak["generated"] == 1000
    assert found.leak["test"]["rows"] == 750
    assert set(found.leak["real"]) == {"precision", "recall", "f1"}
    assert set(found.leak["without_generated"]) == {"precision", "recall", "f1"}
    page = found.page.read_text()
    assert "The real rows of the same test set" in page
    assert "Generated rows look like each other" in page


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.xdist_group("creditcard")
def test_the_published_figure_and_the_honest_one(creditcard):
    rows = read_transactions(str(creditcard), Roles(label="Class", time="Time"))
    dataset = make_dataset(rows, split_rows(rows, "random", (0.6, 0.2, 0.2), 0))
    pairs = [leak_shown(dataset, seed) for seed in range(3)]
    feigned, real = (
        np.mean([pair[name]["f1"] for pair in pairs]) for name in ("with_generated", "real")
    )
    assert 0.91 < feigned < 0.95
    assert 0.22 < real < 0.33
