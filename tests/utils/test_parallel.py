"""Work on a stream with several threads."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from anomaly.utils.parallel import WORKERS, locked_property, map_in_order, one_ahead


def test_results_come_in_the_order_of_the_items():
    def slower_first(item):
        time.sleep(0.02 if item == 0 else 0)
        return item * 10

    assert list(map_in_order(slower_first, range(20), "test")) == [10 * item for item in range(20)]


def test_items_are_read_only_a_few_ahead():
    read = []

    def items():
        for item in range(100):
            read.append(item)
            yield item

    results = map_in_order(lambda item: item, items(), "test")
    assert next(results) == 0
    assert len(read) <= WORKERS + 2
    results.close()


def test_a_fault_of_the_items_comes_after_the_results_before_it():
    def items():
        yield 1
        yield 2
        raise ValueError("the third")

    results = map_in_order(lambda item: item, items(), "test")
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(ValueError, match="the third"):
        next(results)


def test_a_fault_of_the_function_comes_in_its_turn():
    results = map_in_order(lambda item: 1 / item, [1, 0, 1], "test")
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_its_threads_end_with_it():
    before = threading.active_count()
    list(map_in_order(lambda item: item, range(5), "test"))
    assert threading.active_count() == before


def test_the_next_item_is_made_while_the_present_one_is_used():
    made = [threading.Event() for _ in range(3)]

    def items():
        for number, event in enumerate(made):
            event.set()
            yield number

    found = one_ahead(items())
    assert next(found) == 0
    assert made[1].wait(10)
    assert not made[2].is_set()
    assert list(found) == [1, 2]


def test_a_fault_in_making_the_next_item_comes_after_the_present_one():
    def items():
        yield None
        raise ValueError("the second")

    found = one_ahead(items())
    assert next(found) is None
    with pytest.raises(ValueError, match="the second"):
        next(found)


def test_an_item_that_nobody_waits_for_any_more_is_stopped():
    stopped = threading.Event()

    def items():
        yield 0
        assert stopped.wait(10)

    found = one_ahead(items(), stopped.set)
    assert next(found) == 0
    found.close()
    assert stopped.is_set()


class Costly:
    built = 0

    @locked_property
    def part(self):
        """What all wait for."""
        time.sleep(0.05)
        self.built += 1
        return object()


def test_a_locked_property_is_built_once_for_all_threads():
    costly = Costly()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: costly.part, range(8)))
    assert costly.built == 1
    assert len(set(map(id, found))) == 1
    assert Costly().part is not costly.part
    assert Costly.part.__doc__ == "What all wait for."


def test_a_locked_property_that_could_not_be_built_is_tried_again():
    class Failing:
        tries = 0

        @locked_property
        def part(self):
            self.tries += 1
            return 1 / (self.tries - 1)

    failing = Failing()
    with pytest.raises(ZeroDivisionError):
        failing.part  # noqa: B018 - it is built here
    assert failing.part == 1
