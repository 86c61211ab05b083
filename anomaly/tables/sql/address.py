"""The URL of a database: what it says, and how it is shown without its secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from anomaly.errors import OptionError

_SCHEMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
_FORMS = "postgresql://user@host/database, sqlite:///file.db or duckdb:///file.duckdb"
_HIDDEN = "***"
# Parameters whose value may be shown; that of any other may be a secret.
_SHOWN = (
    *("host", "hostaddr", "port", "dbname", "user", "sslmode", "connect_timeout"),
    *("application_name", "target_session_attrs", "service", "client_encoding"),
)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.%]*\]|[^:\[\]]*)(:\d*)?")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is.

    Attributes
    ----------
    scheme : str
        `postgresql`, `sqlite` or `duckdb`.
    url : str
        As the driver takes it, with its secrets; never shown.
    shown : str
        The URL with every secret hidden; also what `str` gives.
    database : str
        The name of the database, or the stem of its file; may be empty.
    path : Path
        Of the file, where it is one.
    secrets : tuple of str
        What must not be shown, in each spelling.
    """

    scheme: str
    url: str = field(repr=False)
    shown: str
    database: str
    path: Path
    secrets: tuple[str, ...] = field(repr=False, default=())

    @classmethod
    def of(cls, text: str) -> Address:
        """Read a URL.

        Raises
        ------
        OptionError
            When it is none, or not one of a database that can be read. A URL whose password may
            have been mistaken for something else is not shown.
        """
        prefix, _, rest = text.partition("://")
        scheme = _SCHEMES.get(prefix.partition("+")[0].lower())
        if scheme is None:
            raise OptionError(
                f"{prefix[:40]}://...: only files and the databases {_FORMS} can be read"
            )
        return _of_server(scheme, rest) if scheme == "postgresql" else _of_file(scheme, rest)

    def without_secrets(self, words: str) -> str:
        """Return the words with every secret in them hidden."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            words = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", _HIDDEN, words)
        return words

    def __str__(self) -> str:
        return self.shown


def _of_file(scheme: str, rest: str) -> Address:
    if not rest.startswith("/") or rest == "/":
        raise OptionError(
            f"{scheme}://{rest}: write {scheme}:///file for a file here, and {scheme}:////folder/file "
            "for one by its full path"
        )
    path = Path(rest[1:])
    return Address(scheme, f"{scheme}://{rest}", f"{scheme}://{rest}", path.stem, path)


def _of_server(scheme: str, rest: str) -> Address:
    authority = re.match(r"[^/?#]*", rest)
    assert authority is not None
    user_info, at, hosts = authority[0].rpartition("@")
    place, asks, query = rest[authority.end() :].partition("?")
    # What follows an unescaped character of a password would be taken for the host or the database,
    # and be shown as such.
    is_clear = (
        "@" not in user_info + place
        and not ("@" in query and not at)
        and not re.search(r"[\s#]|%(?![0-9A-Fa-f]{2})", rest)
        and all(_HOST.fullmatch(host) for host in hosts.split(","))
    )
    if not is_clear:
        raise OptionError(
            f"{scheme}://...: this URL cannot be taken apart; write it as "
            f"{scheme}://user:password@host:port/database, and in a name or password % as %25, "
            "@ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and a space as %20"
        )
    user, colon, password = user_info.partition(":")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    hidden = [value for name, _, value in pairs if unquote(name) not in _SHOWN]
    secrets = {word for raw in [password, *hidden] for word in (raw, unquote(raw)) if word}
    shown_pairs = [
        name + equals + (value if unquote(name) in _SHOWN else _HIDDEN)
        for name, equals, value in pairs
    ]
    shown = f"{scheme}://{user}{colon}{_HIDDEN if colon else ''}{at}{hosts}{place}"
    named = {unquote(name): unquote(value) for name, _, value in pairs}
    return Address(
        scheme=scheme,
        url=f"{scheme}://{rest}",
        shown=shown + asks + "&".join(shown_pairs),
        database=named.get("dbname") or unquote(place.removeprefix("/")),
        path=Path(),
        secrets=tuple(secrets),
    )
