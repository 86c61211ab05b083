"""The functions that users call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly.utils.lazy import lazy_face

if TYPE_CHECKING:
    from anomaly.api.simulate import write_simulation

_HOMES = {"write_simulation": "anomaly.api.simulate"}

__all__ = ["write_simulation"]

__getattr__, __dir__ = lazy_face(__name__, _HOMES)
