"""Texts with parts: the domain of an e-mail address, the network of an IP address, the browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from anomaly.utils.arrow import pc

DOMAIN, NETWORK, BROWSER = "domain", "network", "browser"
PARTS: Final = (DOMAIN, NETWORK, BROWSER)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_IPV4 = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})")
_IPV6 = re.compile(r"(?=(?:[^:]*:){2})[0-9A-Fa-f:.]+")
_AGENT = re.compile(r"(Mozilla|Opera|Dalvik|okhttp|curl|python-requests)/[\d.]+.*")
# Those that name others too come first.
_BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari", "MSIE", "Trident")
_LEAST_SHARE = 0.9


def part_taken(texts: Sequence[str]) -> str | None:
    """Return the part that is taken of texts such as these; None for texts without parts."""
    for part, pattern in ((DOMAIN, _EMAIL), (NETWORK, _IPV4), (NETWORK, _IPV6), (BROWSER, _AGENT)):
        if texts and sum(map(bool, map(pattern.fullmatch, texts))) >= _LEAST_SHARE * len(texts):
            return part
    return None


def take_part(text: pa.Array, part: str) -> pa.Array:
    """Return a part of each text; what has no such part, or is one already, stays.

    Parameters
    ----------
    text : pyarrow.Array of strings, shape (n,)
    part : str
        One of `PARTS`.
    """
    if part == DOMAIN:
        return pc.utf8_lower(pc.replace_substring_regex(text, r"^.*@", ""))
    if part == NETWORK:
        text = pc.replace_substring_regex(text, r"^(\d+\.\d+)\.\d+\.\d+$", r"\1.*.*")
        return pc.replace_substring_regex(text, r"^([0-9A-Fa-f]+:[0-9A-Fa-f]+):.+$", r"\1::")
    for browser in _BROWSERS:
        text = pc.if_else(pc.match_substring(text, browser + "/"), browser, text)
    return text
