"""What may be said about a table: shown option by option, and refused where there is no such option."""

import inspect

import pytest

import anomaly
from anomaly.api.table_options import TableOptions

FUNCTIONS = {each.__name__: each for each in (anomaly.train, anomaly.compare, anomaly.inspect)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_option_shows_in_the_signature(name):
    shown = inspect.signature(FUNCTIONS[name]).parameters
    assert set(TableOptions.__annotations__) < set(shown)
    assert "table" in shown  # the table of a database, and not the options as a whole
    assert shown["table"].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_option_that_there_is_not_is_refused_with_the_nearest_name(name):
    with pytest.raises(TypeError, match=rf"{name}\(\) has no option 'categories'; did you mean"):
        FUNCTIONS[name]("data.csv", categories="merchant")
