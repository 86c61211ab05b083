"""The scoring graph: what it says, and that a row's score is its own."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from anomaly.detectors import Autoencoder
from anomaly.errors import RunError
from anomaly.scoring.graph import BATCH_ROWS, Graph


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    generator = np.random.default_rng(0)
    values = generator.normal(size=(20_000, 5)).astype(np.float32)
    values[:, 1] = np.exp(2 * values[:, 1])
    values[::7, 2] = np.nan
    return values


@pytest.fixture(scope="module")
def detector(features) -> Autoencoder:
    return Autoencoder(epochs=2, batch_size=256, random_state=0).fit(features)


@pytest.fixture(scope="module")
def graph(detector) -> Graph:
    return Graph(detector.onnx_)


def test_the_graph_agrees_with_the_keras_model(detector, graph, features):
    expected = detector.model_.predict(features, batch_size=4096, verbose=0)
    found = graph.explain(features)
    np.testing.assert_allclose(found.scores, expected["score"], rtol=1e-5)
    np.testing.assert_allclose(found.shares, expected["shares"], rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found.expected, expected["expected"], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 13, 100, 1000, BATCH_ROWS, BATCH_ROWS + 1])
def test_the_score_of_a_row_does_not_depend_on_its_batch(graph, features, size):
    whole = graph.scores(features)
    count = min(len(features), 300 * size)
    parts = [graph.scores(features[start : start + size]) for start in range(0, count, size)]
    assert np.array_equal(np.concatenate(parts)[:count], whole[: len(np.concatenate(parts))])


def test_explained_scores_are_the_scores(graph, features):
    assert np.array_equal(graph.explain(features).scores, graph.scores(features))


def test_the_shares_of_a_row_sum_to_its_score(graph, features):
    found = graph.explain(features)
    np.testing.assert_allclose(found.shares.sum(axis=1), found.scores, rtol=1e-5)


def test_no_rows_give_no_scores(graph, features):
    assert graph.scores(features[:0]).shape == (0,)


def test_a_cut_short_graph_is_one_clear_line(detector):
    with pytest.raises(RunError, match="is not a whole ONNX graph; train again"):
        Graph(detector.onnx_[:1000])


def test_several_threads_share_one_session_that_explains(detector, features, monkeypatch):
    graph, started = Graph(detector.onnx_), []
    session = graph._session

    def slow_session(content):
        started.append(content)
        time.sleep(0.05)
        return session(content)

    monkeypatch.setattr(graph, "_session", slow_session)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(graph.explain, [features[:10]] * 4))
    assert len(started) == 1
