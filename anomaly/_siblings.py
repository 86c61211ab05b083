"""Make sure that `thresholds` and `reports` are the ones installed beside `anomaly`.

Python looks into the current folder first, and these names are common: a user's own
`thresholds.py` would be imported in their place, and fail in some odd way later.
"""

from importlib.util import find_spec
from pathlib import Path

from anomaly.errors import InstallError

_HOME = Path(__file__).resolve().parent.parent


def _check(name: str) -> None:
    spec = find_spec(name)
    if spec is None:
        raise InstallError(
            f"the package {name!r} of anomaly is not installed; install anomaly again"
        )
    found = Path(spec.origin or next(iter(spec.submodule_search_locations or [""]))).resolve()
    if not found.is_relative_to(_HOME / name):
        raise InstallError(
            f"{found} hides the package {name!r} of anomaly; "
            "rename it, or run Python from another folder"
        )


for _name in ("thresholds", "reports"):
    _check(_name)
