"""Training and test steps of Keras models, many in one compiled function or a few one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.training.data import Chunk, Data
from anomaly.utils.backend import keras, tf
from anomaly.utils.parallel import one_ahead

# Steps in one call: long enough to forget the call, short enough that Ctrl-C is heard.
MOST_STEPS = 4096
# Rows in one call: two such pieces are in memory beside the data, and stay in the cache.
_PIECE_BYTES = 16 << 20
_RANDOM_OPERATIONS = ("Random", "Uniform", "Normal", "Multinomial")
_NO_ROWS = np.zeros(0, np.int32)

# How many steps it takes, and what takes them.
Call = tuple[int, Callable[[], None]]


class Steps:
    """Runs a model's `train_step` or `test_step` over the rows of chunks.

    The step is the model's own: losses, metrics, optimizer and any override come with it.
    Training steps are compiled by XLA; evaluation, whose batches are large, gains nothing there.

    Parameters
    ----------
    model : keras.Model
        Built and compiled.
    is_training : bool
        Whether to train or to evaluate.
    batch_size : int
    most_steps : int
        At most so many steps in one call.
    jit_compile : bool, default=True
        Whether XLA compiles training steps; else TensorFlow's own kernels take them.
    is_eager : bool, default=False
        Take the steps as they come, without tracing them: faster where they are few.
    """

    def __init__(
        self,
        model: Any,
        *,
        is_training: bool,
        batch_size: int,
        most_steps: int = MOST_STEPS,
        jit_compile: bool = True,
        is_eager: bool = False,
    ) -> None:
        self._is_eager = is_eager
        self._step = model.train_step if is_training else model.test_step
        self._is_training = is_training
        self._jit_compile = jit_compile and is_training
        self._batch_size = batch_size
        self._most_steps = most_steps
        self._steps_of_a_call = 1
        self._functions: dict[tuple[int, ...], _Functions] = {}

    def trace(self, rows: tuple[Any, ...]) -> None:
        """Trace the step for rows like these, which holds Python's lock, unlike compiling."""
        if self._is_eager:
            return
        self._function(_piece(rows, _NO_ROWS, 1, 1))

    def compile(self, rows: tuple[Any, ...], n_rows: int) -> None:
        """Compile what `epochs` will need for chunks like these rows, without taking a step."""
        n_full, n_left = divmod(n_rows, self._batch_size)
        self._steps_of_a_call = self._even_steps(rows, n_full)
        if self._is_eager:
            return
        pieces = []
        if n_full:
            pieces.append(_piece(rows, _NO_ROWS, self._batch_size, self._steps_of_a_call))
        if n_left:
            pieces.append(_piece(rows, _NO_ROWS, n_left, 1))
        with ThreadPoolExecutor() as threads:
            list(threads.map(self._take, pieces))

    def epochs(
        self, data: Data, n_epochs: int, generator: np.random.Generator | None = None
    ) -> Iterator[Iterator[Call]]:
        """Yield the calls of each epoch, which go through the data's rows once.

        The rows of the next call, be it of the next epoch, are put in order while the present
        one runs.

        Parameters
        ----------
        data : Data
        n_epochs : int
        generator : numpy.random.Generator, optional
            Shuffles the rows of each epoch anew; without one they keep their order.
        """
        # Evaluation needs no whole batches: the rows may be cut for those of another training.
        cut = self._batch_size if self._is_training else 1
        pieces = one_ahead(
            (epoch, piece)
            for epoch in range(n_epochs)
            for chunk in data.chunks(cut, generator)
            for piece in self._pieces(chunk)
        )
        for _, of_epoch in groupby(pieces, key=itemgetter(0)):
            yield ((piece.n_steps, partial(self._take, piece)) for _, piece in of_epoch)

    def _pieces(self, chunk: Chunk) -> Iterator[_Piece]:
        size, steps = self._batch_size, self._steps_of_a_call
        n_in_full_batches = len(chunk.order) // size * size
        for start in range(0, n_in_full_batches, size * steps):
            end = min(start + size * steps, n_in_full_batches)
            yield _piece(chunk.rows, chunk.order[start:end], size, steps)
        left = chunk.order[n_in_full_batches:]
        if len(left):
            yield _piece(chunk.rows, left, len(left), 1)

    def _even_steps(self, rows: tuple[Any, ...], n_steps: int) -> int:
        """Return how many steps a call takes when calls are as few and as even as can be."""
        tensors, _ = _distinct(rows)
        bytes_of_a_row = sum(t.dtype.size * int(np.prod(t.shape[1:])) for t in tensors)
        most = min(self._most_steps, _PIECE_BYTES // max(bytes_of_a_row * self._batch_size, 1))
        n_calls = max(1, -(-n_steps // max(most, 1)))
        return max(1, -(-n_steps // n_calls))

    def _take(self, piece: _Piece) -> None:
        if not self._is_eager:
            self._function(piece)(*piece.tensors, tf.constant(piece.n_steps))
            return
        for step in range(piece.n_steps):
            self._step(piece.layout.in_rows([tensor[step] for tensor in piece.tensors]))

    def _function(self, piece: _Piece) -> Any:
        places = piece.layout.places
        if places not in self._functions:
            self._functions[places] = self._trace(piece)
        functions = self._functions[places]
        is_full = piece.tensors[0].shape[1] == self._batch_size
        # One small batch an epoch does not pay for a compilation of its own; but XLA has its own
        # random numbers, and a training draws them all from one source.
        is_compiled = self._jit_compile and (is_full or functions.are_random)
        return functions.compiled if is_compiled else functions.plain

    def _trace(self, piece: _Piece) -> _Functions:
        layout = piece.layout

        def take_steps(*arguments: Any) -> None:
            *tensors, n_steps = arguments

            def body(index: Any) -> tuple[Any]:
                self._step(layout.in_rows([tensor[index] for tensor in tensors]))
                return (index + 1,)

            tf.while_loop(lambda index: index < n_steps, body, (tf.constant(0),))

        # As in `keras.Model.fit`, batches of any size share what is traced.
        specs = [tf.TensorSpec([None, None, *t.shape[2:]], t.dtype) for t in piece.tensors]
        specs.append(tf.TensorSpec([], tf.int32))
        # Concrete functions: TensorFlow warns when a function is traced for many shapes.
        plain = tf.function(take_steps, autograph=False).get_concrete_function(*specs)
        compiled = tf.function(lambda *given: plain(*given), jit_compile=True, autograph=False)
        return _Functions(plain, compiled.get_concrete_function(*specs), _is_random(plain))


@dataclass(frozen=True, slots=True)
class _Functions:
    """One trace of the steps, run by TensorFlow's own kernels and compiled by XLA."""

    plain: Any
    compiled: Any
    are_random: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which tensor stands in each place of the rows; inputs may be targets too."""

    structure: tuple[Any, ...]
    places: tuple[int, ...]

    def in_rows(self, tensors: list[Any]) -> Any:
        places = iter(self.places)
        return _map(lambda _: tensors[next(places)], self.structure)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Batches in the order of their steps: tensors of shape (width, batch_size, ...)."""

    tensors: list[Any]
    layout: _Layout
    n_steps: int


def _piece(rows: tuple[Any, ...], order: NDArray[np.int32], size: int, width: int) -> _Piece:
    """Gather the rows of `order` as batches of `size`, padded to `width` batches."""
    padded = np.zeros(size * width, dtype=np.int32)
    padded[: len(order)] = order
    indices = tf.constant(padded.reshape(width, size))
    tensors, layout = _distinct(rows)
    gathered = [tf.gather(tensor, indices) for tensor in tensors]
    return _Piece(gathered, layout, len(order) // size)


def _distinct(rows: tuple[Any, ...]) -> tuple[list[Any], _Layout]:
    """Return the tensors of the rows, each once, and where they stand."""
    leaves = [leaf for leaf in keras.tree.flatten(rows) if leaf is not None]
    distinct = list({id(leaf): leaf for leaf in leaves}.values())
    numbers = {id(leaf): number for number, leaf in enumerate(distinct)}
    places = tuple(numbers[id(leaf)] for leaf in leaves)
    return distinct, _Layout(_map(lambda _: 0, rows), places)


def _is_random(function: Any) -> bool:
    graph = function.graph.as_graph_def()
    nodes = chain(graph.node, *(part.node_def for part in graph.library.function))
    return any(name in node.op for node in nodes for name in _RANDOM_OPERATIONS)


def _map(function: Callable[[Any], Any], rows: tuple[Any, ...]) -> Any:
    return keras.tree.map_structure(function, rows, none_is_leaf=False)
