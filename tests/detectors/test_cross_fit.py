"""Cross-fitting: who judges which rows, and what is kept."""

import numpy as np
import pytest

from anomaly.detectors.cross_fit import CrossFit
from anomaly.detectors.holding_back import folds
from anomaly.training import Arrays, fit
from anomaly.utils.backend import keras

ROWS = np.random.default_rng(0).normal(size=(60, 4)).astype("f4")
SEED, EPOCHS = 3, 4

pytestmark = pytest.mark.usefixtures("uncompiled")


def new_network():
    start = keras.initializers.GlorotUniform(seed=1)
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, kernel_initializer=start)])
    network.compile(keras.optimizers.AdamW(0.05), "mse")
    return network


def visited(rows, n_rows):
    several = np.resize(rows, (2 * n_rows, 4))
    return Arrays(several, several)


def early_stopping():
    return keras.callbacks.EarlyStopping("loss", patience=100, restore_best_weights=True)


def losses_of(network, rows):
    return np.square(np.asarray(network(rows)) - rows).mean(axis=1)


class Fitted:
    """A cross-fit, what its networks trained on and which rows they judged."""

    def __init__(self, callbacks=(), progress=()):
        self.network = new_network()
        self.trained_on, self.judged = [], []
        cross_fit = CrossFit(
            self.network,
            self.judge,
            ROWS,
            self.visited,
            early_stopping,
            epochs=EPOCHS,
            batch_size=8,
            seed=SEED,
        )
        self.history, self.stopping, self.unseen = cross_fit.run(callbacks, progress)

    def visited(self, rows, n_rows):
        self.trained_on.append(rows)
        return visited(rows, n_rows)

    def judge(self, rows):
        self.judged.append(rows)
        return losses_of(self.network, rows)


def rows_in(rows):
    return set(map(tuple, rows.tolist()))


@pytest.fixture(scope="module")
def fitted():
    return Fitted()


def trained_alone(rows, held_back):
    network = new_network()
    history = fit(
        network,
        visited(rows, len(ROWS)),
        validation=Arrays(held_back, held_back),
        epochs=EPOCHS,
        batch_size=8,
        seed=SEED,
        callbacks=[early_stopping()],
    )
    return network, history


def test_each_row_is_judged_once_by_a_network_that_was_not_trained_on_it(fitted):
    _, *trained_on = fitted.trained_on  # the first one compiles
    assert [len(rows) for rows in trained_on] == [40, 40, 40, 60]
    assert not any(
        rows_in(rows) & rows_in(judged)
        for rows, judged in zip(trained_on, fitted.judged, strict=False)
    )
    assert set.union(*map(rows_in, fitted.judged)) == rows_in(ROWS)


def test_each_part_is_judged_as_by_a_network_trained_alone(fitted):
    held_back_losses = []
    for is_held_back in folds(len(ROWS), SEED):
        network, history = trained_alone(ROWS[~is_held_back], ROWS[is_held_back])
        np.testing.assert_allclose(
            fitted.unseen.judged[is_held_back], losses_of(network, ROWS[is_held_back]), rtol=1e-4
        )
        held_back_losses.append(history.losses["val_loss"])
    np.testing.assert_allclose(
        fitted.history.losses["val_loss"], np.mean(held_back_losses, axis=0), rtol=1e-4
    )


def test_the_network_that_is_kept_is_trained_on_all_rows_from_the_same_start(fitted):
    network, history = trained_alone(ROWS, ROWS)
    np.testing.assert_allclose(fitted.history.losses["loss"], history.losses["loss"], rtol=1e-4)
    assert fitted.stopping.best_epoch == np.argmin(history.losses["loss"])
    np.testing.assert_allclose(losses_of(fitted.network, ROWS), losses_of(network, ROWS), rtol=1e-4)
    assert fitted.unseen.are_training_rows
    assert np.array_equal(fitted.unseen.inputs, ROWS)


class Seen(keras.callbacks.Callback):
    """Keeps the logs of each epoch, and presses Ctrl-C at the end of one."""

    def __init__(self, interrupted_at=None):
        super().__init__()
        self.logs, self.interrupted_at = [], interrupted_at

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append(dict(logs))
        if len(self.logs) == self.interrupted_at:
            raise KeyboardInterrupt


def test_callbacks_see_the_network_that_is_kept_and_progress_sees_all():
    callback, progress = Seen(), Seen()
    fitted = Fitted([callback], [progress])
    assert len(callback.logs) == EPOCHS
    assert len(progress.logs) == 4 * EPOCHS
    assert [logs["val_loss"] for logs in callback.logs] == fitted.history.losses["val_loss"]


def test_ctrl_c_in_an_earlier_network_keeps_that_one():
    fitted = Fitted(progress=[Seen(interrupted_at=EPOCHS + 2)])
    assert fitted.history.interrupted
    assert fitted.history.epochs == 2
    second = folds(len(ROWS), SEED)[1]
    assert np.array_equal(fitted.unseen.inputs, ROWS[second])
    assert not fitted.unseen.are_training_rows
    assert np.array_equal(losses_of(fitted.network, ROWS[second]), fitted.unseen.judged)


def test_ctrl_c_in_the_first_epoch_of_a_network_leaves_nothing():
    class Pressed(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.model.pressed = getattr(self.model, "pressed", 0) + 1

        def on_epoch_begin(self, epoch, logs=None):
            if self.model.pressed == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Fitted(progress=[Pressed()])
