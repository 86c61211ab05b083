"""What detectors and classifiers find with history, and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.history.transfers import ROLES, transfers

_DAY = 7
_ENTITIES = ["CUSTOMER_ID", "TERMINAL_ID"]
_LEFT_OUT = ["TX_TIME_SECONDS", "TX_TIME_DAYS", "TX_FRAUD_SCENARIO"]
_CARDS_A_DAY = 100
#: Ways by name: whether history, whether risk, and the method of `anomaly compare`; `fixed` takes no
#: label but to leave known frauds out of what is normal.
WAYS = {
    "row alone": ("none", None, "fixed"),
    "history": ("history", None, "fixed"),
    "history, weights from labels": ("history", None, "weighed"),
    "history and risk, weights from labels": ("history", "7d", "weighed"),
    "xgboost, row alone": ("none", None, "none+xgboost"),
    "xgboost, history": ("history", None, "none+xgboost"),
    "xgboost, history and risk": ("history", "7d", "none+xgboost"),
    "xgboost, history, risk and anomaly score": ("history", "7d", "none+xgboost+anomaly-score"),
}


def handbook(rows: Any, first: str, n_weeks: int) -> dict[str, Any]:
    """Return average precision and card precision of each way, by test week."""
    found: dict[str, Any] = {"first": first, "weeks": n_weeks, "ways": {}}
    labels = rows["TX_FRAUD"].to_numpy()
    for name, (behaviour, delay, method) in WAYS.items():
        read = _read(
            rows,
            label="TX_FRAUD",
            time="TX_DATETIME",
            entity=_ENTITIES,
            id="TRANSACTION_ID",
            drop=_LEFT_OUT,
            behaviour=behaviour,
            label_delay=delay,
        )
        figures = []
        for part, start in _weeks(rows["TX_DATETIME"], first, n_weeks):
            is_test = part == 2
            scores = _scores(read, part, "time", method, seed=0)[is_test]
            figures.append(
                {
                    "average_precision": _average_precision(labels[is_test], scores),
                    "card_precision": _card_precision(rows[is_test], scores, start),
                }
            )
        found["ways"][name] = figures
        print(name, figures, flush=True)
    return found


def simulated(n_seeds: int) -> dict[str, Any]:
    """Return the average precision of each way on simulated card transactions, by seed."""
    import anomaly

    roles = {
        "label": "fraud",
        "time": "time",
        "entity": ["customer_id", "terminal_id"],
        "id": "transaction_id",
        "drop": "scenario",
    }
    return _by_seed(lambda seed: anomaly.simulate(100_000, seed=seed), roles, n_seeds)


def of_companies(n_seeds: int) -> dict[str, Any]:
    """Return the same on transfers of companies, on which nothing was chosen."""
    return _by_seed(lambda seed: transfers(60_000, seed), ROLES, n_seeds)


def _by_seed(make: Callable[[int], Any], roles: Any, n_seeds: int) -> dict[str, Any]:
    from anomaly.dataset.prepared import split_rows

    found: dict[str, Any] = {"seeds": n_seeds, "ways": {name: [] for name in WAYS}}
    for seed in range(n_seeds):
        rows = make(seed)
        labels = rows["fraud"].to_numpy()
        found |= {"rows": len(rows), "frauds": int(labels.sum())}
        for name, (behaviour, delay, method) in WAYS.items():
            read = _read(rows, **roles, behaviour=behaviour, label_delay=delay)
            part = split_rows(read, "time", (0.6, 0.2, 0.2), seed).part
            scores = _scores(read, part, "time", method, seed=seed)
            is_test = part == 2
            figure = _average_precision(labels[is_test], scores[is_test])
            found["ways"][name].append({"average_precision": figure})
            print(seed, name, figure, flush=True)
    return found


def _read(rows: Any, **options: Any) -> Any:
    from anomaly.dataset.prepared import read_transactions
    from anomaly.schema.roles import Roles

    return read_transactions(rows, Roles.from_options(**options))


def _weeks(times: Any, first: str, n_weeks: int) -> Iterator[tuple[Any, Any]]:
    """Go through the test weeks: the part of each row, and when the week begins."""
    import pandas as pd

    for number in range(n_weeks):
        start = pd.Timestamp(first) + pd.Timedelta(days=_DAY * number)
        days = ((times - start) / pd.Timedelta(days=1)).to_numpy()
        part = np.full(len(times), -1, np.int8)
        part[(days >= -2 * _DAY) & (days < -_DAY)] = 0
        # The labels of the week between are not known yet: no method looks at them.
        part[(days >= -_DAY) & (days < 0)] = 1
        part[(days >= 0) & (days < _DAY)] = 2
        yield part, start


def _scores(read: Any, part: Any, manner: str, method: str, seed: int) -> Any:
    from anomaly import defaults
    from anomaly.comparison.methods.names import find_method
    from anomaly.comparison.methods.seed_inputs import Inputs
    from anomaly.comparison.trial import attempt
    from anomaly.dataset.prepared import make_dataset
    from anomaly.dataset.splits import Split
    from anomaly.runs.fitting import fit_detector, new_detector, with_signs
    from anomaly.runs.options import Options
    from anomaly.runs.trained import held_out_scores
    from anomaly.utils.progress import ProgressDisplay

    options = Options(
        roles=None,  # type: ignore[arg-type]
        split=manner,
        fractions=defaults.FRACTIONS,
        detector=defaults.DETECTOR,
        epochs=None,
        fast=False,
        thorough=False,
        batch_size=None,
        seed=seed,
    )
    dataset = make_dataset(read, Split(manner, part))
    if method == "fixed":
        detector = with_signs(new_detector(options), dataset).fit(dataset.normal("train"))
        return held_out_scores(detector.onnx_, dataset.matrix, dataset.split)
    if method == "weighed":
        detector = fit_detector(dataset, options, ProgressDisplay())
        return held_out_scores(detector.onnx_, dataset.matrix, dataset.split)
    done = attempt(find_method(method), Inputs(dataset, options), None)
    scores = np.full(len(part), np.nan)
    for rows in (done.trial.validation, done.trial.test):
        scores[rows.rows] = rows.scores
    return scores


def _average_precision(labels: Any, scores: Any) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(labels, scores))


def _card_precision(rows: Any, scores: Any, start: Any) -> float:
    """Return the mean over days of the precision among the most suspicious customers [1]_.

    A customer whose fraud was found on an earlier day is not looked at again.

    .. [1] The Handbook, chapter 4: Card Precision top-k.
    """
    days = (rows["TX_DATETIME"] - start).dt.days
    scored = rows.assign(score=scores)
    precisions, known = [], set()
    for day in range(_DAY):
        today = scored[(days == day) & ~scored["CUSTOMER_ID"].isin(known)]
        cards = today.groupby("CUSTOMER_ID").agg(score=("score", "max"), fraud=("TX_FRAUD", "max"))
        precisions.append(cards.nlargest(_CARDS_A_DAY, "score")["fraud"].mean())
        known |= set(today["CUSTOMER_ID"][today["TX_FRAUD"] == 1])
    return float(np.mean(precisions))
