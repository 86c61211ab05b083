"""The URL of a database is shown without its secrets, and never taken for another."""

import pytest

from anomaly.errors import OptionError
from anomaly.tables.sql.address import Address

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "shown", "database"),
    [
        ("postgresql://host/bank", "postgresql://host/bank", "bank"),
        ("postgresql://me@host/bank", "postgresql://me@host/bank", "bank"),
        ("postgresql://me:hunter2@host:5433/bank", "postgresql://me:***@host:5433/bank", "bank"),
        ("postgres://me:hunter2@[::1]:5432/b", "postgresql://me:***@[::1]:5432/b", "b"),
        ("postgresql+psycopg2://me:hunter2@h/b", "postgresql://me:***@h/b", "b"),
        ("postgresql://me:hunter2@a:1,b:2/b", "postgresql://me:***@a:1,b:2/b", "b"),
        ("postgresql://me:hunter2@host", "postgresql://me:***@host", ""),
        ("postgresql:///bank?host=/run", "postgresql:///bank?host=/run", "bank"),
        (
            "postgresql://host/b?user=me&password=hunter2&sslmode=require",
            "postgresql://host/b?user=me&password=***&sslmode=require",
            "b",
        ),
        (
            "postgresql://h?dbname=b&sslpassword=hunter2",
            "postgresql://h?dbname=b&sslpassword=***",
            "b",
        ),
        ("postgresql://h/b?p%61ssword=hunter2", "postgresql://h/b?p%61ssword=***", "b"),
        ("sqlite:///data/cards.db", "sqlite:///data/cards.db", "cards"),
        ("duckdb:////data/cards.duckdb", "duckdb:////data/cards.duckdb", "cards"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url, shown, database):
    address = Address.of(url)
    assert (str(address), address.shown, address.database) == (shown, shown, database)
    assert SECRET not in repr(address)


@pytest.mark.parametrize("character", [*"@/?#% ", "%4"])
def test_a_password_that_needs_escapes_is_refused_unshown(character):
    with pytest.raises(OptionError) as refused:
        Address.of(f"postgresql://me:hunter2{character}hunter2@host/bank")
    assert "cannot be taken apart" in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2",
        "postgresql://host:hunter2/bank",
        "mysql://me:hunter2@host/bank",
        "s3://me:hunter2@host/x.parquet",
        "sqlite:///",
        "sqlite://cards.db",
        "duckdb://",
    ],
)
def test_what_is_no_url_of_a_known_database_is_refused_unshown(url):
    with pytest.raises(OptionError) as refused:
        Address.of(url)
    assert SECRET not in str(refused.value)


def test_the_words_of_others_lose_the_secrets_in_every_spelling():
    address = Address.of("postgresql://me:hunter%402@host/b?sslpassword=other")
    said = address.without_secrets("bad hunter@2, hunter%402 or other, but another is fine")
    assert said == "bad ***, *** or ***, but another is fine"
