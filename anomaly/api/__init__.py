"""The functions that users call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anomaly.api.simulate import write_simulation

__all__ = ["write_simulation"]


def __getattr__(name: str) -> Any:
    if name != "write_simulation":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from anomaly.api.simulate import write_simulation

    return write_simulation
