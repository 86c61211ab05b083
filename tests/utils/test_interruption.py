"""Ctrl-C that something swallows has its effect all the same."""

import signal
from contextlib import suppress

import pytest

from anomaly.utils.interruption import interruption_insisted_on


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_swallowed_interruption_ends_what_follows(number):
    def swallow():
        with interruption_insisted_on():
            with suppress(KeyboardInterrupt):
                signal.raise_signal(number)
            done.append("the block")
        done.append("what follows")

    earlier = signal.signal(number, signal.default_int_handler)
    try:
        done = []
        with pytest.raises(KeyboardInterrupt):
            swallow()
        assert done == ["the block"]
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, earlier)


def test_an_interruption_ends_the_block_at_once():
    def block():
        with interruption_insisted_on():
            signal.raise_signal(signal.SIGINT)
            done.append("the block")

    done = []
    with pytest.raises(KeyboardInterrupt):
        block()
    assert not done


def test_nothing_happens_where_nothing_came():
    handler = signal.getsignal(signal.SIGINT)
    with interruption_insisted_on():
        assert signal.getsignal(signal.SIGINT) is not handler
    assert signal.getsignal(signal.SIGINT) is handler
