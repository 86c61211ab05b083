"""Texts cut where there is no room for them."""

import pytest

from reports import formats


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("groceries", "groceries"),
        ("groceries and more", "groceries…"),
        ("a\n b", "a b"),
        ("x" * 10_000, "x" * 9 + "…"),
        ("量量量量量量", "量量量量…"),
        ("a\u202eb", "a\ufffdb"),
        ("", ""),
    ],
)
def test_short_texts_are_never_longer_than_asked_for(name, shown):
    assert formats.short(name, 10) == shown
