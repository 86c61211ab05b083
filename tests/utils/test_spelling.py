"""The name that was likely meant."""

from anomaly.utils.spelling import nearest


def test_the_nearest_of_the_names_is_meant():
    assert nearest("labl", {"table": 1, "label": 2}) == "label"


def test_no_name_is_meant_where_none_is_near():
    assert nearest("x", ["amount", "time"]) is None
    assert nearest("x", []) is None


def test_a_lower_bar_finds_what_is_less_alike():
    assert nearest("klass", ["Class"]) == "Class"
    assert nearest("kls", ["Class"]) is None
    assert nearest("kls", ["Class"], cutoff=0.2) == "Class"
