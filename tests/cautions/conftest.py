"""Evidence in which all is well, to spoil in one thing at a time."""

import numpy as np
import pytest

from anomaly.cautions.evidence import AtThreshold, Entities, Evidence, SampledColumn, ScoredPart

DAY = 86_400.0


def part_of(rows, positives, start, seed, **fields):
    """Scores of so many rows in a hundred hours, of 500 cards, without any pattern."""
    random = np.random.default_rng(seed)
    labels = np.zeros(rows, np.int8)
    labels[random.choice(rows, positives, replace=False)] = 1
    scores = np.exp(random.normal(size=rows) + 3 * labels)
    moments = start + np.sort(random.random(rows)) * 100 * 3600
    cards = Entities(random.integers(0, 500, rows), [f"card-{number}" for number in range(500)])
    made = {"scores": scores, "labels": labels, "moments": moments, "entities": {"card": cards}}
    return ScoredPart(**made | fields)


@pytest.fixture
def sound():
    """Evidence that calls for no caution."""
    random = np.random.default_rng(3)
    values = random.normal(size=2000).astype(np.float32)
    amount = SampledColumn("amount", 0.1, 2000, 0.1, values, (-5.0, 5.0), 10_000)
    return Evidence(
        noun="fraud",
        validation=part_of(4000, 60, 0.0, 1),
        test=part_of(4000, 60, 5 * DAY, 2),
        split_method="time",
        knows_time=True,
        normal_train_rows=12_000,
        n_features=30,
        columns=[amount],
        threshold=4.0,
        at_threshold={
            "validation": AtThreshold(90, 40, 50, 20),
            "test": AtThreshold(85, 38, 47, 22),
        },
    )
