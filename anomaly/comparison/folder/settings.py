"""What the trials of a comparison depend on, and in what two comparisons differ."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Any

from anomaly._version import __version__

FORMAT = 1
_PACKAGES = (
    *("tensorflow", "keras", "scikit-learn", "imbalanced-learn"),
    *("xgboost", "xgboost-cpu", "numpy"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a trial depends on besides its method and seed.

    Attributes
    ----------
    fingerprint : str
        Of the data.
    options : dict
    packages : dict of str to str
        Versions.
    """

    fingerprint: str
    options: dict[str, Any]
    packages: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the content of `settings.json`."""
        return {"format": FORMAT, **asdict(self)}


def installed_packages() -> dict[str, str]:
    """Return the versions of what a method may be made with, where it is installed."""
    versions = {"anomaly": __version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = version_of(name)
        except PackageNotFoundError:
            continue
    return versions


def difference(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """Say in what the settings of a comparison that is there differ from the wanted ones."""
    if found.get("format") != wanted["format"]:
        return "of another format"
    before, now = found.get("options", {}), wanted["options"]
    names = [name.replace("_", "-") for name in now if before.get(name) != now[name]]
    # Options change the features too, and with them the fingerprint.
    if names:
        return f"with other options ({', '.join(names)})"
    if found.get("fingerprint") != wanted["fingerprint"]:
        return "on other data"
    before, now = found.get("packages", {}), wanted["packages"]
    changes = [
        f"{name} {before.get(name, 'unknown')}, now {now.get(name, 'missing')}"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]
    return f"made with other packages ({'; '.join(changes)})"
