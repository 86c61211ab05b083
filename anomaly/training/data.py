"""What a model is trained on: rows in memory, or rows that come in chunks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.utils.backend import keras, tf


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that are in memory together.

    Attributes
    ----------
    rows : tuple
        Inputs, targets and sample weights, each a tensor, a nest of tensors, or None, with the
        rows along the first axis. Every chunk of some data has the same shapes.
    order : ndarray of shape (n_used,), int32
        The rows to use, in the order to use them. Rows it leaves out are padding.
    """

    rows: tuple[Any, ...]
    order: NDArray[np.int32]


class Data(ABC):
    """Rows to train on or to evaluate on, as a stream of chunks.

    Attributes
    ----------
    n_rows : int
    """

    n_rows: int

    @abstractmethod
    def chunks(self, batch_size: int, generator: np.random.Generator | None) -> Iterator[Chunk]:
        """Go through all rows once.

        Parameters
        ----------
        batch_size : int
            Every chunk but the last uses a multiple of it.
        generator : numpy.random.Generator, optional
            Shuffles the rows; without one they keep their order.
        """

    @property
    @abstractmethod
    def template(self) -> tuple[Any, ...]:
        """Rows of the shapes that those of every chunk have."""

    @property
    def n_rows_of_a_chunk(self) -> int:
        """How many rows every chunk but the last uses."""
        return self.n_rows

    @abstractmethod
    def for_keras(self, batch_size: int, seed: int | None) -> dict[str, Any]:
        """Return the arguments that hand the rows to `keras.Model.fit` or `evaluate`.

        Parameters
        ----------
        batch_size : int
        seed : int, optional
            Shuffles rows that Keras cannot shuffle itself; without one they keep their order.
        """


class Arrays(Data):
    """Rows in memory.

    Parameters
    ----------
    inputs, targets : ndarray, or nest of them, of shape (n_rows, ...)
        Targets may be None for a model whose `train_step` needs none, and may be the inputs.
    sample_weight : ndarray of shape (n_rows,), optional
    class_weight : mapping of int to float, optional
        Weight of each class of integer targets; not together with `sample_weight`.

    Raises
    ------
    ValueError
        When the arrays differ in their number of rows, or both kinds of weight are given.
    """

    def __init__(
        self,
        inputs: Any,
        targets: Any = None,
        sample_weight: NDArray[np.floating[Any]] | None = None,
        class_weight: Mapping[int, float] | None = None,
    ) -> None:
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError("give sample_weight or class_weight, not both")
            sample_weight = weights_of_classes(targets, class_weight)
        lengths = {
            len(array)
            for array in keras.tree.flatten((inputs, targets, sample_weight))
            if array is not None
        }
        if len(lengths) != 1:
            raise ValueError(f"inputs, targets and weights differ in rows: {sorted(lengths)}")
        self.n_rows = lengths.pop()
        self._arrays = (inputs, targets, sample_weight)
        first = _to_tensors(inputs)
        second = first if targets is inputs else _to_tensors(targets)
        self._rows = (first, second, _to_tensors(sample_weight))

    def chunks(self, batch_size: int, generator: np.random.Generator | None) -> Iterator[Chunk]:
        rows = np.arange(self.n_rows) if generator is None else generator.permutation(self.n_rows)
        yield Chunk(self._rows, rows.astype(np.int32))

    @property
    def template(self) -> tuple[Any, ...]:
        return self._rows

    def for_keras(self, batch_size: int, seed: int | None) -> dict[str, Any]:
        inputs, targets, sample_weight = self._arrays
        return {"x": inputs, "y": targets, "sample_weight": sample_weight, "batch_size": batch_size}


def _to_tensors(arrays: Any) -> Any:
    return keras.tree.map_structure(tf.convert_to_tensor, arrays, none_is_leaf=False)


def weights_of_classes(
    targets: NDArray[Any], class_weight: Mapping[int, float]
) -> NDArray[np.float32]:
    """Return the weight of each row from the weight of its class.

    Parameters
    ----------
    targets : ndarray of shape (n_rows,) or (n_rows, 1)
        Integer classes.
    class_weight : mapping of int to float
        A class it leaves out has the weight 1.
    """
    classes = np.asarray(targets).reshape(len(targets), -1)
    if classes.shape[1] != 1:
        raise ValueError("class_weight needs one integer class a row as target")
    found, places = np.unique(classes[:, 0], return_inverse=True)
    weights = np.array([class_weight.get(int(value), 1.0) for value in found], dtype=np.float32)
    return weights[places]
