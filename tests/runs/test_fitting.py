"""What a detector of a run is fitted on: normal rows of train and nothing else."""

import numpy as np
import pandas as pd
import pytest

from anomaly import DeepDenoisingAutoencoder, DenoisingAutoencoder, VariationalAutoencoder
from anomaly.dataset.prepared import make_dataset, read_transactions, split_rows
from anomaly.detectors import Autoencoder
from anomaly.features.matrix import SpooledMatrix
from anomaly.runs import fitting
from anomaly.runs.fitting import fit_detector
from anomaly.runs.options import Options
from anomaly.schema.roles import Roles
from anomaly.utils.progress import ProgressDisplay

FRACTIONS = (0.6, 0.2, 0.2)
# The smallest network: depth and width cost time alone here.
SMALL = {"epochs": 1, "width": 8, "depth": 1, "batch_size": 16_384, "random_state": 0}
SMALLEST = {
    "denoising": DenoisingAutoencoder(units=8, noisy_rows=512, random_state=0),
    "deep-denoising": DeepDenoisingAutoencoder(**SMALL),
    "variational": VariationalAutoencoder(**SMALL),
    "autoencoder": Autoencoder(epochs=1, batch_size=512, random_state=0),
}

pytestmark = pytest.mark.usefixtures("uncompiled")


def noise(n_rows, n_columns, seed):
    """Values that have a covariance and nothing else to be learned."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(n_rows, n_columns)) @ random.normal(size=(n_columns, n_columns))
    return pd.DataFrame(values, columns=[f"x{place}" for place in range(n_columns)])


def dataset_of(frame, seed=0, **more):
    """The rows as a training sees them, split at random."""
    rows = read_transactions(frame, Roles(label="label" if "label" in frame else None))
    return make_dataset(rows, split_rows(rows, "random", FRACTIONS, seed), **more)


def fitted(dataset, detector, monkeypatch):
    monkeypatch.setattr(fitting, "new_detector", lambda options: SMALLEST[options.detector])
    options = Options(Roles(), "random", FRACTIONS, detector, 1, False, False, None, 0)
    return fit_detector(dataset, options, ProgressDisplay())


@pytest.mark.parametrize(
    ("detector", "n_rows"),
    [
        ("denoising", 300),
        ("deep-denoising", 300),
        ("variational", 2_000),
        ("autoencoder", 300),
    ],
)
def test_rows_of_validation_and_test_and_positive_ones_change_nothing(
    detector, n_rows, monkeypatch
):
    frame = noise(n_rows, 5, 0).assign(label=np.arange(n_rows) % 20 == 0)
    first = dataset_of(frame)
    is_read = first.split.has("train") & (first.rows.labels == 0)
    changed = frame.copy()
    changed.loc[~is_read, "x0"] *= 7
    second = dataset_of(changed)
    assert np.array_equal(second.split.part, first.split.part)
    graphs = [fitted(each, detector, monkeypatch).onnx_ for each in (first, second)]
    assert graphs[0] == graphs[1]


def test_rows_that_are_read_in_blocks_are_held_back_alike(tmp_path, monkeypatch):
    frame = noise(2_000, 5, 0)
    held = dataset_of(frame)
    streamed = dataset_of(frame, new_matrix=lambda *shape: SpooledMatrix(*shape, folder=tmp_path))
    # By the same standardisation: that of the rows that are not held back.
    constants = [
        fitted(each, "autoencoder", monkeypatch).model_.get_layer("standardize").get_weights()
        for each in (held, streamed)
    ]
    for one, other in zip(*constants, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def shifts(n_seeds, fit):
    """By how much noise scores higher on test than on validation, in standard deviations."""
    found = []
    for seed in range(n_seeds):
        dataset = dataset_of(noise(1_000, 60, seed), seed)
        detector = fit(dataset)
        validation, test = (
            detector.anomaly_score(dataset.normal(part)) for part in ("validation", "test")
        )
        found.append((test.mean() - validation.mean()) / validation.std())
    return np.array(found)


# Twenty percent are 200 rows: the shift of one seed has a standard error of 0.1.


def test_noise_scores_on_validation_as_on_test(monkeypatch):
    found = shifts(50, lambda dataset: fitted(dataset, "denoising", monkeypatch))
    assert abs(found.mean()) < 3 * 0.1 / np.sqrt(50)


def test_noise_scores_on_validation_as_on_test_by_trained_networks_too(monkeypatch):
    found = shifts(2, lambda dataset: fitted(dataset, "deep-denoising", monkeypatch))
    assert abs(found.mean()) < 3 * 0.1 / np.sqrt(2)


def test_noise_that_the_detector_has_looked_at_scores_lower():
    found = shifts(
        1,
        lambda dataset: SMALLEST["deep-denoising"].fit(
            dataset.normal("train"), validation_data=dataset.normal("validation")
        ),
    )
    assert found.mean() > 3 * 0.1
