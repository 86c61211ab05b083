"""A PostgreSQL server, where one can be had."""

import pytest


@pytest.fixture(scope="session")
def postgresql():
    """A server of the tests' own, with an empty database."""
    cluster = pytest.importorskip(
        "benchmarks.shared.cluster", reason="the package adbc-driver-postgresql is not installed"
    )
    programs = cluster.find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL is installed: make postgresql")
    with cluster.started(programs) as server:
        yield server
