"""K-DSM, denoising score matching with a noise level a feature; runs in the peers' own environment.

J. Zan, V. Livernoche, R. Rabbany, "Kurtosis-Guided Denoising Score Matching for Tabular Anomaly
Detection", arXiv 2605.06955. Written from the paper and the constants of the authors' repository;
smaller than theirs, so that a processor does it in a minute (see `KDSM`).
"""

import copy

import numpy as np
import torch
from scipy.stats import kurtosis
from torch import nn

_BASE, _SLOPE = 0.5, 0.33
_LEAST, _MOST = 0.1, 3.0
_OF_TWO_VALUES = 0.9
_CUT_OFF, _BINS = 0.04, 200
_COPIES = 3


class KDSM:
    """A network estimates the direction in which noise has moved a row; its length is the score.

    Parameters
    ----------
    random_state : int
    teacher : bool
        Whether the strangest fifth of each batch is left out, as a slowly moving average of the
        network tells it: the form for rows that may hold anomalies.
    units, blocks, epochs, most_steps : int
        The authors have 512, 6, 500 and no limit of steps.
    """

    def __init__(
        self,
        random_state: int = 0,
        *,
        teacher: bool = False,
        units: int = 256,
        blocks: int = 3,
        epochs: int = 500,
        most_steps: int = 2_000,
        batch_size: int = 128,
    ) -> None:
        self.random_state = random_state
        self.teacher = teacher
        self.units, self.blocks = units, blocks
        self.epochs, self.most_steps, self.batch_size = epochs, most_steps, batch_size

    def fit(self, rows: np.ndarray) -> "KDSM":
        """Train on standardised rows."""
        torch.manual_seed(self.random_state)
        generator = torch.Generator().manual_seed(self.random_state)
        levels = torch.tensor(noise_levels(rows), dtype=torch.float32)
        table = torch.tensor(rows, dtype=torch.float32)
        self.network_ = network = Residual(rows.shape[1], self.units, self.blocks)
        average = copy.deepcopy(network).eval()
        optimizer = torch.optim.Adam(network.parameters(), lr=5e-4, weight_decay=5e-5)
        a_epoch = max(1, len(table) // self.batch_size)
        order = torch.empty(0, dtype=torch.long)
        network.train()
        for _ in range(min(self.most_steps, self.epochs * a_epoch)):
            if not len(order):
                order = torch.randperm(len(table), generator=generator)
            batch, order = table[order[: self.batch_size]], order[self.batch_size :]
            if len(batch) == 1:
                continue
            if self.teacher:
                batch = the_usual(average, batch)
            optimizer.zero_grad()
            clean = batch.repeat_interleave(_COPIES, dim=0)
            noise = torch.randn(clean.shape)
            loss = 0.5 * (network(clean + noise * levels) + noise).square().sum(dim=1).mean()
            loss.backward()
            optimizer.step()
            if self.teacher:
                follow(average, network)
        return self

    @torch.no_grad()
    def decision_function(self, rows: np.ndarray) -> np.ndarray:
        """Return the length of the estimate for each row."""
        self.network_.eval()
        blocks = torch.tensor(rows, dtype=torch.float32).split(10_000)
        return np.concatenate([self.network_(block).norm(dim=1).numpy() for block in blocks])


class Residual(nn.Module):
    """Dense layers with normalised batches, each pair beside a path that goes past it."""

    def __init__(self, n_inputs: int, units: int, blocks: int) -> None:
        super().__init__()
        self.first = nn.Linear(n_inputs, units)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.BatchNorm1d(units),
                nn.Linear(units, units),
                nn.ReLU(),
                nn.Dropout(0.2),
                nn.Linear(units, units),
                nn.Dropout(0.1),
            )
            for _ in range(blocks)
        )
        self.last = nn.Sequential(nn.BatchNorm1d(units), nn.ReLU(), nn.Linear(units, n_inputs))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        hidden = self.first(rows)
        for block in self.blocks:
            hidden = hidden + block(hidden)
        return self.last(hidden)


def noise_levels(rows: np.ndarray) -> np.ndarray:
    """Return the deviation of the noise by feature: the more, the heavier its tails."""
    cut = int(len(rows) * _CUT_OFF / 2)
    middle = np.sort(rows, axis=0)[cut : len(rows) - cut]
    levels = [level_of(column) for column in middle.T]
    return np.clip(np.nan_to_num(levels, nan=_MOST), _LEAST, _MOST)


def level_of(column: np.ndarray) -> float:
    if len(np.unique(column)) <= 2:
        return _BASE * (1 + _SLOPE * (_OF_TWO_VALUES / _BASE - 3))
    places = folded(column)
    return _BASE * (1 + _SLOPE * (float(kurtosis(places, fisher=False)) - 3))


def folded(column: np.ndarray) -> np.ndarray:
    """Return places of the values once the fullest bin is in the middle, and the emptiest outside."""
    counts, edges = np.histogram(column, bins=_BINS)
    ranks = np.empty(_BINS)
    ranks[np.argsort(-counts, kind="stable")] = np.arange(_BINS)
    sides = np.where(ranks % 2 == 1, 1, -1) * np.ceil(ranks / 2)
    return sides[np.clip(np.digitize(column, edges) - 1, 0, _BINS - 1)]


@torch.no_grad()
def the_usual(average: nn.Module, batch: torch.Tensor) -> torch.Tensor:
    lengths = average(batch).norm(dim=1)
    is_usual = lengths <= torch.quantile(lengths, 0.8)
    return batch[is_usual] if is_usual.sum() > 1 else batch


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module) -> None:
    for slow, quick in zip(average.parameters(), network.parameters(), strict=True):
        slow.mul_(0.999).add_(quick, alpha=0.001)
    for slow, quick in zip(average.buffers(), network.buffers(), strict=True):
        slow.copy_(quick)
