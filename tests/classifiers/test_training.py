"""How a classifier is trained: losses, weights, batches, early stopping, figures by epoch."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_score, recall_score, roc_auc_score

from anomaly.classifiers import MLP, DeepMLP
from anomaly.classifiers.epochs.batches import BalancedBatches
from anomaly.classifiers.epochs.curves import Watched
from anomaly.classifiers.epochs.losses import loss_named
from anomaly.classifiers.epochs.rows import LabelledRows, stratified_parts, weighted_by_class
from anomaly.utils.backend import keras


def entropy(share):
    return -share * np.log(share) - (1 - share) * np.log(1 - share)


def labelled(n_negatives, n_positives, weights=None):
    labels = np.repeat(np.float32([0, 1]), [n_negatives, n_positives])
    return LabelledRows(np.arange(len(labels), dtype="f4")[:, None], labels, weights)


class WeightsOfEpochs(keras.callbacks.Callback):
    """Keeps the weights that each epoch ended with."""

    def __init__(self):
        super().__init__()
        self.weights = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.model.get_weights())


def test_the_first_loss_with_the_prior_as_bias_is_near_the_entropy_of_the_classes():
    random = np.random.default_rng(0)
    X, y = random.normal(size=(20_000, 8)), np.repeat([0, 1], [19_960, 40])
    first_loss = {
        bias: MLP(epochs=1, output_bias=bias, random_state=0).fit(X, y).initial_loss_
        for bias in ("prior", "zero")
    }
    assert first_loss["prior"] == pytest.approx(entropy(0.002), rel=0.3)
    assert first_loss["zero"] > 40 * first_loss["prior"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"output_bias": "prior"}, np.log(0.05 / 0.95)),
        ({"output_bias": "prior", "balanced_batches": True}, 0),
        ({"output_bias": "zero"}, 0),
        ({"output_bias": -2.5}, -2.5),
    ],
)
def test_the_output_begins_with_the_bias_asked_for(given, expected, rows):
    classifier = MLP(epochs=1, learning_rate=1e-9, random_state=0, **given).fit(*rows)
    (bias,) = classifier.network_.get_layer("log_odds").get_weights()[1]
    assert bias == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("from_logits", [False, True])
def test_the_focal_loss_is_that_of_its_paper(from_logits):
    labels, probabilities = np.array([1, 1, 0, 0], "f4"), np.array([0.9, 0.2, 0.1, 0.7], "f4")
    given = np.log(probabilities / (1 - probabilities)) if from_logits else probabilities
    loss = loss_named("focal", gamma=2, alpha=0.25, reduction="sum", from_logits=from_logits)
    right = np.where(labels == 1, probabilities, 1 - probabilities)
    alpha = np.where(labels == 1, 0.25, 0.75)
    expected = -(alpha * (1 - right) ** 2 * np.log(right)).sum()
    found = float(loss(labels[:, None], given[:, None]))
    assert found == pytest.approx(expected, rel=1e-5)
    kerass = keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, reduction="sum")
    assert found == pytest.approx(float(kerass(labels[:, None], probabilities[:, None])), rel=1e-5)


def test_a_sum_over_the_batch_is_so_many_times_the_mean(rows):
    mean, summed = (
        MLP(epochs=1, batch_size=2400, learning_rate=1e-9, reduction=reduction, random_state=0)
        .fit(*rows)
        .history_.losses
        for reduction in ("mean", "sum")
    )
    for name in ("loss", "val_loss"):
        assert summed[name][0] == pytest.approx(2400 * mean[name][0], rel=1e-4)


def test_balanced_class_weights_are_the_total_over_twice_the_count():
    rows = weighted_by_class(labelled(6, 2), "balanced", np.array([0, 1]))
    np.testing.assert_allclose(rows.weights, [8 / 12] * 6 + [8 / 4] * 2)


def test_class_weights_multiply_the_weights_of_rows():
    rows = labelled(2, 1, np.array([1, 2, 3], "f4"))
    found = weighted_by_class(rows, {"no": 10, "yes": 100}, np.array(["no", "yes"]))
    assert found.weights.tolist() == [10, 20, 300]


def test_a_larger_weight_of_positives_raises_their_probability(rows):
    plain, weighted = (
        MLP(epochs=10, batch_size=64, class_weight=weights, random_state=0)
        .fit(*rows)
        .predict_proba(rows[0])
        for weights in (None, {0: 1, 1: 50})
    )
    assert weighted[:, 1].mean() > 2 * plain[:, 1].mean()


@pytest.mark.parametrize(("batch_size", "n_positives"), [(8, 4), (9, 4), (2, 1)])
def test_half_of_each_balanced_batch_are_positives(batch_size, n_positives):
    rows = labelled(100, 3)
    data = BalancedBatches(rows.inputs, rows.labels, batch_size=batch_size)
    (chunk,) = data.chunks(batch_size, np.random.default_rng(0))
    batches = rows.labels[chunk.order].reshape(-1, batch_size)
    assert len(batches) == np.ceil(2 * 100 / batch_size)
    assert (batches.sum(axis=1) == n_positives).all()


def test_an_epoch_of_balanced_batches_has_every_negative_once_and_positives_anew():
    rows = labelled(100, 30)
    data = BalancedBatches(rows.inputs, rows.labels, batch_size=10)
    generator = np.random.default_rng(0)
    orders = [next(data.chunks(10, generator)).order for _ in range(2)]
    for order in orders:
        assert sorted(order[rows.labels[order] == 0]) == list(range(100))
    positives = [order[rows.labels[order] == 1] for order in orders]
    assert len(np.unique(positives[0])) < 30
    assert sorted(positives[0]) != sorted(positives[1])


def test_an_epoch_has_as_many_steps_as_asked_for(rows):
    classifier = MLP(
        balanced_batches=True, steps_per_epoch=7, batch_size=32, epochs=3, random_state=0
    ).fit(*rows)
    assert int(classifier.network_.optimizer.iterations) == 21


def test_balanced_batches_reach_a_network_that_keras_trains(rows):
    X, y = rows[0].astype("f4"), rows[1].astype("f4")
    network = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1, "sigmoid")])
    network.compile("adam", "binary_crossentropy", run_eagerly=False)
    data = BalancedBatches(X, y, np.ones(len(y), "f4"), batch_size=64, steps_per_epoch=5)
    history = network.fit(**data.for_keras(64, 0), epochs=2, verbose=0).history
    assert len(history["loss"]) == 2
    assert int(network.optimizer.iterations) == 10


def test_a_row_of_weight_zero_is_as_if_left_out(rows):
    X, y = rows
    weights = np.random.default_rng(0).integers(0, 3, len(y)).astype(float)
    has_a_say = weights > 0
    whole, part = (MLP(epochs=3, batch_size=64, random_state=0) for _ in range(2))
    whole.fit(X, y, weights)
    part.fit(X[has_a_say], y[has_a_say], weights[has_a_say])
    assert np.array_equal(whole.decision_function(X), part.decision_function(X))


def test_early_stopping_brings_the_best_weights_back(rows, other_rows):
    kept = WeightsOfEpochs()
    classifier = DeepMLP(epochs=60, batch_size=64, learning_rate=0.01, patience=3, random_state=0)
    classifier.fit(*rows, validation_data=other_rows, callbacks=[kept])
    found = classifier.history_.losses["val_average_precision"]
    assert len(found) < 60
    assert classifier.best_epoch_ == np.argmax(found) + 1 == len(found) - 3
    for ours, theirs in zip(
        classifier.network_.get_weights(), kept.weights[classifier.best_epoch_ - 1], strict=True
    ):
        assert np.array_equal(ours, theirs)
    score = average_precision_score(other_rows[1], classifier.decision_function(other_rows[0]))
    assert score == pytest.approx(max(found), rel=1e-6)


def test_without_patience_all_epochs_are_trained_and_the_last_weights_kept(rows):
    kept = WeightsOfEpochs()
    classifier = MLP(epochs=4, patience=None, validation_fraction=0, random_state=0)
    classifier.fit(*rows, callbacks=[kept])
    assert classifier.best_epoch_ == len(kept.weights) == 4
    assert not any(name.startswith("val_") for name in classifier.history_.losses)
    last = zip(classifier.network_.get_weights(), kept.weights[-1], strict=True)
    assert all(np.array_equal(one, other) for one, other in last)


@pytest.mark.parametrize("monitor", ["roc_auc", "loss"])
def test_early_stopping_watches_what_it_is_told(monitor, rows, other_rows):
    classifier = MLP(epochs=5, monitor=monitor, random_state=0)
    found = classifier.fit(*rows, validation_data=other_rows).history_.losses[f"val_{monitor}"]
    best = np.argmin(found) if monitor == "loss" else np.argmax(found)
    assert classifier.best_epoch_ == best + 1


def test_the_figures_of_an_epoch_are_those_of_scikit_learn(rows, other_rows):
    classifier = MLP(epochs=4, batch_size=32, patience=None, random_state=0)
    classifier.fit(*rows, validation_data=other_rows)
    for prefix, (X, y) in (("", rows), ("val_", other_rows)):
        last = {name: values[-1] for name, values in classifier.history_.losses.items()}
        scores, alerts = classifier.predict_proba(X)[:, 1], classifier.predict(X)
        expected = {
            "average_precision": average_precision_score(y, scores),
            "roc_auc": roc_auc_score(y, scores),
            "precision": precision_score(y, alerts, zero_division=0),
            "recall": recall_score(y, alerts),
        }
        found = {name: last[prefix + name] for name in expected}
        assert found == pytest.approx(expected, abs=1e-6)


def test_a_sample_with_all_positives_stands_for_all_rows():
    random = np.random.default_rng(0)
    rows = labelled(50_000, 100)
    scores = (random.normal(size=50_100) + 3 * rows.labels).astype("f4")
    sample = Watched.sample(rows, 10_000, random)
    assert len(sample.rows) == 10_000
    assert sample.rows.labels.sum() == 100
    whole = Watched(rows).figures(scores)
    found = sample.figures(scores[sample.rows.inputs[:, 0].astype(int)])
    assert found == pytest.approx(whole, rel=0.1)


def test_small_data_are_watched_whole():
    sample = Watched.sample(labelled(30, 10), 50, np.random.default_rng(0))
    assert len(sample.rows) == 40
    assert sample.shares == (1, 1)


def test_some_of_each_class_are_held_back():
    rows, held_back = stratified_parts(labelled(90, 2), 0.1, 0)
    assert [rows.labels.sum(), held_back.labels.sum()] == [1, 1]
    assert len(held_back) == 10
    assert not set(rows.inputs[:, 0]) & set(held_back.inputs[:, 0])


def test_values_far_out_are_clipped_after_standardisation(rows):
    X, y = rows
    classifier = MLP(epochs=1, random_state=0).fit(X, y)
    far, further = X[:1].copy(), X[:1].copy()
    far[0, 0], further[0, 0] = 1e3, 1e6
    assert classifier.decision_function(far) == classifier.decision_function(further)
    unclipped = MLP(epochs=1, clip=None, random_state=0).fit(X, y)
    assert unclipped.decision_function(far) != unclipped.decision_function(further)


def test_without_standardisation_the_network_sees_the_rows_as_they_are(rows):
    classifier = MLP(epochs=1, standardize=False, random_state=0).fit(*rows)
    expected = classifier.network_(rows[0][:20].astype("f4")).numpy()[:, 0]
    np.testing.assert_allclose(classifier.predict_proba(rows[0][:20])[:, 1], expected, rtol=1e-5)
