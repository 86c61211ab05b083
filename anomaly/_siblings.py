"""Make sure that `thresholds` and `reports` are the ones installed beside `anomaly`.

Python looks into the current folder first, and these names are common: a user's own
`thresholds.py` would be imported in their place, and fail in some odd way later.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from anomaly.errors import InstallError

_HOME = Path(__file__).resolve().parent.parent


def _leave_out_current_folder() -> None:
    """Keep `python -m anomaly`, which is a command, from importing what lies where it is run."""
    is_module = sys.argv[:1] == ["-m"]
    is_command = is_module and sys.orig_argv[-len(sys.argv)] in ("anomaly", "-manomaly")
    if is_command and not sys.flags.safe_path and Path(sys.path[0]).resolve() != _HOME:
        del sys.path[0]


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


_leave_out_current_folder()
for _name in ("thresholds", "reports"):
    _check(_name)
