"""Other numbers of columns and wider networks: an epoch and scores, against Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anomaly.detectors import Autoencoder
from anomaly.utils.backend import keras, tf
from benchmarks.speed import data
from benchmarks.speed.networks import Rows, epoch_of_keras, epoch_of_ours, layered, seconds
from benchmarks.speed.results import Measured
from benchmarks.speed.rows import Row, take_turns
from benchmarks.speed.settings import Settings
from benchmarks.speed.table import shown

ROWS = 100_000
SHAPES = ((10, 14), (29, 64), (29, 256), (200, 14), (200, 256))


class Layered(Autoencoder):
    """A detector around a network of hidden layers of given widths."""

    def __init__(self, *, widths: Sequence[int] = (14, 7, 14)) -> None:
        super().__init__(epochs=1, batch_size=1024, patience=1, random_state=0)
        self.widths = widths

    def _network(self, n_inputs: int, n_rows: int, seed: int) -> Any:
        return layered(n_inputs, self.widths)


@dataclass(frozen=True, slots=True)
class Shape:
    """A number of columns, and the width of the first hidden layer."""

    columns: int
    width: int

    @property
    def widths(self) -> tuple[int, int, int]:
        return self.width, self.width // 2, self.width

    @property
    def words(self) -> str:
        return "-".join(str(size) for size in (self.columns, *self.widths, self.columns))


def measure(settings: Settings) -> Measured:
    """Measure the rows of this part."""
    tf.get_logger().setLevel("ERROR")  # it counts the models that are compiled
    measured = []
    for shape in (Shape(*sizes) for sizes in SHAPES):
        rows = data.matrix(settings.rows(ROWS), shape.columns)
        measured += [_epoch(shape, rows, settings.slow_turns), _scores(shape, rows, settings.turns)]
    return Measured(measured, data.SIMULATED)


def _epoch(shape: Shape, rows: Rows, turns: int) -> Row:
    contestants = {
        "ours": lambda: epoch_of_ours(layered(shape.columns, shape.widths), rows, 32, epochs=3),
        "keras": lambda: epoch_of_keras(layered(shape.columns, shape.widths), rows, 32),
    }
    found = take_turns(contestants, turns)
    work = f"an epoch of {shape.words}, batch 32, {len(rows):,} rows"
    peer = "`keras.Model.fit`"
    return shown(Row(f"epoch-{shape.words}", work, peer, "s", found["ours"], found["keras"]))


def _scores(shape: Shape, rows: Rows, turns: int) -> Row:
    detector = Layered(widths=shape.widths).fit(rows)
    graph = detector.model_
    peer = keras.Model(graph.input, graph.output["score"])
    contestants = {
        "ours": lambda: seconds(lambda: detector.anomaly_score(rows)),
        # The same graph; its default batch of 32 rows would only measure the calls.
        "keras": lambda: seconds(lambda: peer.predict(rows, batch_size=8192, verbose=0)),
    }
    take_turns(contestants, 1)  # tracing and compiling
    found = take_turns(contestants, turns)
    work = f"scores of {len(rows):,} rows, {shape.words}"
    name = "`keras.Model.predict`, batch 8,192"
    return shown(Row(f"scores-{shape.words}", work, name, "s", found["ours"], found["keras"]))
