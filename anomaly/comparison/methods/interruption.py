"""Ctrl-C in a comparison ends the comparison, not the epochs of one network alone."""

from __future__ import annotations

from typing import Any


def raise_if_interrupted(*trained: Any) -> None:
    """Raise `KeyboardInterrupt` where the training of one of these, or of a member, was ended.

    A network keeps what it has learned when Ctrl-C ends its epochs. Kept as a result, it would
    stand beside methods that were trained to their end.

    Parameters
    ----------
    *trained : object
        Samplers, classifiers, pipelines and ensembles of them.
    """
    for model in trained:
        if getattr(getattr(model, "history_", None), "interrupted", False):
            raise KeyboardInterrupt
        # Members of an ensemble of imbalanced-learn are pipelines of a sampler and a classifier.
        raise_if_interrupted(*getattr(model, "estimators_", ()))
        raise_if_interrupted(*getattr(model, "named_steps", {}).values())
