"""Tables that do not fit into memory give the run that they would give if they did."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from branching import branching
from quick import quick_train

import anomaly
from anomaly.dataset import rows
from anomaly.dataset.rows import read_rows
from anomaly.features import matrix as matrices
from anomaly.features.matrix import ChosenRows, HeldMatrix, SpooledMatrix
from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles
from anomaly.tables import open_table
from anomaly.training import Streamed, fit, loop, streamed
from anomaly.utils.backend import keras

GENERATOR = np.random.default_rng(0)
VALUES = GENERATOR.normal(size=(1000, 3)).astype("f4")


@pytest.fixture
def no_memory(monkeypatch):
    """Nothing fits into memory."""
    monkeypatch.setattr(rows, "HELD_BYTES", 0)
    monkeypatch.setattr(matrices, "HELD_BYTES", 0)


# The matrix.


@pytest.fixture(params=[HeldMatrix, SpooledMatrix])
def matrix(request, tmp_path):
    arguments = (1000, 3) if request.param is HeldMatrix else (1000, 3, tmp_path)
    made = request.param(*arguments)
    for part in (slice(0, 400), slice(400, 401), slice(401, 1000)):
        made.append(VALUES[part])
    return made


def test_a_matrix_gives_back_what_was_written(matrix):
    assert np.array_equal(matrix.read(399, 402), VALUES[399:402])
    assert np.array_equal(matrix.take(np.array([7, 3, 999])), VALUES[[7, 3, 999]])
    (start, block), *others = matrix.blocks()
    assert (start, others) == (0, [])
    assert np.array_equal(block, VALUES)


def test_a_spooled_matrix_leaves_no_file(tmp_path):
    SpooledMatrix(1000, 3, tmp_path).append(VALUES)
    assert list(tmp_path.iterdir()) == []


def chosen_rows(folder, chosen):
    made = SpooledMatrix(1000, 3, folder)
    made.append(VALUES)
    return ChosenRows(made, np.isin(np.arange(1000), chosen))


def sorted_rows(values):
    return sorted(map(tuple, values.tolist()))


def test_chosen_rows_come_in_order_or_in_random_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(matrices, "_SHUFFLED_BYTES", 120)
    chosen = np.arange(0, 1000, 2)
    found = chosen_rows(tmp_path, chosen)
    assert found.shape == (500, 3)
    assert np.array_equal(np.concatenate(list(found.blocks())), VALUES[chosen])
    shuffled = list(found.blocks(np.random.default_rng(0)))
    assert {len(block) for block in shuffled} == {5}
    together = np.concatenate(shuffled)
    assert not np.array_equal(together, VALUES[chosen])
    assert sorted_rows(together) == sorted_rows(VALUES[chosen])


def test_a_mask_chooses_among_chosen_rows(tmp_path):
    chosen = np.arange(0, 1000, 2)
    found = chosen_rows(tmp_path, chosen)
    is_kept = np.arange(500) % 3 > 0
    kept = found[is_kept]
    assert kept.shape == (np.count_nonzero(is_kept), 3)
    assert np.array_equal(np.concatenate(list(kept.blocks())), VALUES[chosen[is_kept]])
    assert found.shape == (500, 3)


# The chunks of an epoch.


def chunks_of(folder, n_rows, batch_size, buffer_rows, generator=None):
    found = chosen_rows(folder, np.arange(n_rows))
    data = Streamed(found, lambda block: block * 2, batch_size, buffer_bytes=12 * buffer_rows)
    return data, list(data.chunks(batch_size, generator))


@pytest.mark.parametrize(("n_rows", "batch_size", "buffer_rows"), [(1000, 7, 100), (5, 7, 100)])
def test_an_epoch_uses_every_row_once(tmp_path, n_rows, batch_size, buffer_rows):
    generator = np.random.default_rng(1)
    data, chunks = chunks_of(tmp_path, n_rows, batch_size, buffer_rows, generator)
    seen = np.concatenate([chunk.rows[0].numpy()[chunk.order] for chunk in chunks])
    assert not np.array_equal(seen, 2 * VALUES[:n_rows])
    assert sorted_rows(seen) == sorted_rows(2 * VALUES[:n_rows])
    assert data.n_rows == n_rows
    assert {chunk.rows[0].shape for chunk in chunks} == {data.template[0].shape}
    assert all(len(chunk.order) % batch_size == 0 for chunk in chunks[:-1])
    assert all(len(chunk.order) == data.n_rows_of_a_chunk for chunk in chunks[:-1])


def test_without_a_generator_rows_keep_their_order(tmp_path):
    _, chunks = chunks_of(tmp_path, 1000, 10, 64)
    seen = np.concatenate([chunk.rows[0].numpy()[chunk.order] for chunk in chunks])
    assert np.array_equal(seen, 2 * VALUES)


def test_the_buffer_holds_a_batch_at_least(tmp_path):
    data, chunks = chunks_of(tmp_path, 1000, 300, 10)
    assert data.n_rows_of_a_chunk == 300
    assert [len(chunk.order) for chunk in chunks] == [300, 300, 300, 100]


def test_a_failing_disk_ends_the_epoch_with_its_own_error(tmp_path):
    whole = SpooledMatrix(2000, 3, tmp_path)
    whole.append(VALUES)
    data = Streamed(ChosenRows(whole, np.ones(2000, bool)), np.asarray, 10, buffer_bytes=1200)
    with pytest.raises(EOFError, match="was not written"):
        list(data.chunks(10, None))


def rows_for_keras(data, seed):
    batches = data.for_keras(10, seed)["x"].as_numpy_iterator()
    return np.concatenate([inputs for inputs, _ in batches])


def test_a_seed_shuffles_the_rows_that_keras_gets(tmp_path):
    data, _ = chunks_of(tmp_path, 1000, 10, 64)
    assert np.array_equal(rows_for_keras(data, None), 2 * VALUES)
    first, again, other = (rows_for_keras(data, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert sorted_rows(first) == sorted_rows(other) == sorted_rows(2 * VALUES)


# A training on chunks.


def linear():
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    network.compile("adam", "mse")
    return network


def test_chunks_take_the_steps_and_give_the_losses_of_rows_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "_EVALUATION_ROWS", 32)
    data, _ = chunks_of(tmp_path, 1000, 7, 100)
    network = linear()
    history = fit(network, data, validation=data, epochs=2, batch_size=7, seed=0)
    assert int(network.optimizer.iterations.numpy()) == 2 * -(-1000 // 7)
    loss = network.evaluate(2 * VALUES, 2 * VALUES, verbose=0)
    assert history.losses["val_loss"][-1] == pytest.approx(loss, rel=1e-5)


def test_fewer_training_rows_than_a_batch_are_validated_on_chunks(tmp_path):
    few, _ = chunks_of(tmp_path, 5, 7, 100)
    many, _ = chunks_of(tmp_path, 1000, 7, 100)
    network = linear()
    history = fit(network, few, validation=many, epochs=1, batch_size=7, seed=0)
    loss = network.evaluate(2 * VALUES, 2 * VALUES, verbose=0)
    assert history.losses["val_loss"] == pytest.approx([loss], rel=1e-5)


@pytest.mark.filterwarnings("error::UserWarning", "ignore:training through the slower")
def test_keras_trains_on_chunks_what_cannot_be_compiled(tmp_path):
    data, _ = chunks_of(tmp_path, 200, 10, 64)

    def trained_by_keras(seed):
        network = branching(3)
        history = fit(network, data, validation=data, epochs=2, batch_size=10, seed=seed)
        assert int(network.optimizer.iterations.numpy()) == 2 * -(-200 // 10)
        return history.losses

    losses = trained_by_keras(1)
    assert losses["val_loss"][1] < losses["val_loss"][0]
    assert trained_by_keras(1) == losses
    assert trained_by_keras(2) != losses


# A whole training.


def trained(source, out, **options):
    return quick_train(source, out=out, epochs=2, seed=3, **options)


def constants_of(run):
    model = anomaly.utils.backend.keras.models.load_model(
        run.folder / "model.keras", safe_mode=True
    )
    return model.get_layer("standardize").get_weights()


@pytest.mark.usefixtures("fitted_once")
@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    "options", [{"label": "fraud", "time": "time"}, {"label": "fraud", "split": "random"}, {}]
)
def test_a_table_that_is_read_in_blocks_gives_the_same_run(
    workplace, transactions, monkeypatch, form, options
):
    source = f"cards.{form}"
    if form == "parquet":
        transactions.to_parquet(source, index=False)
    held = trained(source, "held", **options)
    monkeypatch.setattr(rows, "HELD_BYTES", 0)
    monkeypatch.setattr(matrices, "HELD_BYTES", 0)
    streamed = trained(source, "streamed", **options)
    for key in ("schema", "features", "split", "data", "indicated", "options"):
        assert streamed.details[key] == held.details[key]
    for found, expected in zip(constants_of(streamed), constants_of(held), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    tables = [run.scores().drop_columns(["score", "reasons"]) for run in (held, streamed)]
    assert tables[0].equals(tables[1])
    # Only the order of the rows in an epoch is another.
    losses = [json.loads((run.folder / "history.json").read_text()) for run in (held, streamed)]
    np.testing.assert_allclose(losses[1]["val_loss"], losses[0]["val_loss"], rtol=0.1)
    assert {path.name for path in Path("streamed").iterdir()} == {
        path.name for path in Path("held").iterdir()
    }


@pytest.fixture
def sizes_of_chunks(monkeypatch):
    """How many rows each chunk of all trainings used."""
    sizes = []
    chunks = Streamed.chunks

    def noted(*given):
        for chunk in chunks(*given):
            sizes.append(len(chunk.order))
            yield chunk

    monkeypatch.setattr(Streamed, "chunks", noted)
    return sizes


def test_a_run_trained_on_many_chunks_learns_what_one_in_memory_learns(
    workplace, monkeypatch, sizes_of_chunks
):
    held = trained("cards.csv", "held", label="fraud", batch_size=50)
    monkeypatch.setattr(rows, "HELD_BYTES", 0)
    monkeypatch.setattr(matrices, "HELD_BYTES", 0)
    monkeypatch.setattr(loop, "_EVALUATION_ROWS", 64)
    monkeypatch.setattr(streamed, "_BUFFER_BYTES", 4 * len(held.features.names) * 150)
    found = trained("cards.csv", "streamed", label="fraud", batch_size=50)
    epoch = [*[150] * 7, 8, 118]  # training, and a tenth that is held back
    # The next epoch's first chunks are read while the present one is validated.
    assert sorted(sizes_of_chunks) == sorted(2 * epoch)
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(found.history[name], held.history[name], rtol=0.1)


@pytest.mark.usefixtures("no_memory")
def test_the_same_seed_gives_the_same_streamed_run(workplace):
    first, second = (trained("cards.csv", name, label="fraud") for name in ("a", "b"))
    assert (first.folder / "model.onnx").read_bytes() == (second.folder / "model.onnx").read_bytes()
    assert first.scores().equals(second.scores())


@pytest.mark.usefixtures("no_memory")
def test_a_table_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"x": VALUES[:, 0], "y": VALUES[:, 1]}), path)
    table = open_table(path)
    read = read_rows(table, infer_schema(table, Roles()))
    assert read.held is None
    assert sum(batch.data.num_rows for batch in read.batches()) == 1000
    for n_rows, word in ((9, "fewer"), (2000, "more")):
        values = np.concatenate([VALUES, VALUES])[:n_rows]
        pq.write_table(pa.table({"x": values[:, 0], "y": values[:, 1]}), path)
        with pytest.raises(anomaly.DataError, match=f"had 1000 rows and now has {word}: .* again"):
            list(read.chosen(np.ones(1000, bool)))


@pytest.mark.usefixtures("no_memory")
@pytest.mark.parametrize("detector", ["deep-denoising", "variational"])
def test_a_detector_with_noise_trains_on_a_table_that_is_read_in_blocks(workplace, detector):
    run = trained("cards.csv", "run", label="fraud", detector=detector)
    assert run.metrics["test"]["average_precision"] > 0.9
    scores = run.score("cards.csv")["score"].to_numpy()
    assert np.isfinite(scores).all()
    row = pd.read_csv("cards.csv").iloc[7].to_dict()
    assert run.score_one(row) == scores[7]
