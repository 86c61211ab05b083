"""What the speed benchmark makes of its figures. Nothing is timed."""

import json

import pytest

from benchmarks.shared import peers as peers_environment
from benchmarks.shared.results import load
from benchmarks.speed import peers, results, table
from benchmarks.speed.results import Measured, merged, rows_of
from benchmarks.speed.rows import Row, take_turns
from benchmarks.speed.settings import QUICK, Settings
from benchmarks.speed.subject import SUBJECT

AROUND = {
    "versions": {"python": "3.11.7", "keras": "3.15.1"},
    "machine": {"processor": "AMD EPYC", "cores": 2, "system": "Linux"},
}


def row(name="epoch", **changes):
    content = {"work": "an epoch", "peer": "Keras", "unit": "s", "ours": [0.2, 0.1, 0.4]}
    return Row(name, **{**content, "theirs": [4.0, 6.0, 10.0], **changes})


def measured(*rows):
    return Measured(list(rows), data="simulated")


def test_the_ratio_is_that_of_the_medians_and_the_spread_that_of_the_turns():
    assert row().ratio == pytest.approx(6 / 0.2)
    assert row().spread == pytest.approx((20, 60))


def test_a_ratio_of_cost_is_ours_by_theirs():
    cost = row(goal="times as much", ours=[3.0], theirs=[2.0])
    assert cost.ratio == 1.5
    assert cost.spread == (1.5, 1.5)


def test_a_row_without_a_peer_has_no_ratio():
    alone = row(theirs=[])
    assert (alone.ratio, alone.spread, alone.reaches_target) == (None, None, None)


@pytest.mark.parametrize(
    ("goal", "target", "is_reached"),
    [
        ("times faster", 30, True),
        ("times faster", 31, False),
        ("times as much", 0.1, True),
        ("times as much", 0.01, False),
    ],
)
def test_a_target_is_reached_or_missed(goal, target, is_reached):
    assert row(goal=goal, target=target).reaches_target is is_reached


@pytest.mark.parametrize(("memory", "is_reached"), [(2000, True), (2100, False)])
def test_a_target_without_a_peer_holds_for_the_figure_itself(memory, is_reached):
    alone = row(goal="at most", unit="MiB", ours=[memory], theirs=[], target=2048)
    assert alone.reaches_target is is_reached


def test_a_row_comes_back_from_json():
    found = Row.from_dict(json.loads(json.dumps(row(target=28).to_dict())))
    assert found.to_dict() == row(target=28).to_dict()


def test_contestants_take_turns():
    order = []
    found = take_turns(
        {"ours": lambda: order.append("ours") or 1.0, "peer": lambda: order.append("peer") or 2.0},
        turns=2,
    )
    assert order == ["ours", "peer", "ours", "peer"]
    assert found == {"ours": [1.0, 1.0], "peer": [2.0, 2.0]}


def test_a_part_replaces_itself_alone_and_parts_keep_their_order():
    first = merged({}, "scores", measured(row("old")), AROUND)
    second = merged(first, "epochs", measured(row("epoch")), AROUND)
    third = merged(second, "scores", measured(row("new")), AROUND)
    assert list(third) == ["epochs", "scores"]
    assert [found.name for found in rows_of(third, "epochs", "scores")] == ["epoch", "new"]


def test_a_line_shows_figures_ratio_spread_and_whether_the_target_is_missed():
    assert table.line(row(target=28)) == (
        "| an epoch | Keras | 0.200 s | 6.00 s | **30.0 times faster** (20.0 to 60.0) | at least 28 |"
    )
    assert table.line(row(target=50)).endswith("| at least 50, missed |")
    assert (
        table.line(row(ours=[20.0], theirs=[], unit="µs"))
        == "| an epoch | Keras | 20.0 µs |  |  |  |"
    )


def test_the_section_names_notes_machine_versions_and_data():
    found = merged({}, "epochs", measured(row(target=50)), AROUND)
    section = table.render(found, {"epoch": "the arithmetic alone takes as long", "other": "-"})
    assert "- an epoch, Keras: the arithmetic alone takes as long." in section
    assert "Machine: AMD EPYC, 2 cores, Linux." in section
    assert "Versions: Python 3.11.7, Keras 3.15.1." in section
    assert "Data: simulated (epochs)." in section


def test_versions_that_differ_between_parts_are_both_named():
    other = {**AROUND, "versions": {"python": "3.11.7", "keras": "3.16.0"}}
    found = merged({}, "epochs", measured(row()), AROUND)
    found = merged(found, "scores", measured(row("scores")), other)
    assert "Python 3.11.7, Keras 3.15.1 and 3.16.0." in table.render(found, {})


def test_a_shape_is_one_line_with_its_epoch_and_its_scores():
    shapes = measured(row("epoch-10-14-10"), row("scores-10-14-10", ours=[1.0], theirs=[2.5]))
    section = table.render(merged({}, "shapes", shapes, AROUND), {})
    line = "| 10-14-10 | 0.200 s | 6.00 s | **30.0** | 1.00 s | 2.50 s | **2.50** |"
    assert line in section.splitlines()


def test_the_section_goes_between_its_markers():
    begin, end = "<!-- speed:begin -->", "<!-- speed:end -->"
    text = f"before\n{begin}\nold\n{end}\nafter\n"
    assert table.SECTION.put_into(text, r"new \1") == (f"before\n{begin}\nnew \\1\n{end}\nafter\n")
    with pytest.raises(ValueError, match="there is no"):
        table.SECTION.put_into("no markers", "new")


def test_a_quick_look_takes_a_hundredth_of_the_rows():
    assert QUICK.rows(226_381) == 2_263
    assert Settings().rows(226_381) == 226_381


def test_every_part_has_a_module_and_a_choice():
    folder = table.NOTES.parent
    assert [part for part in results.PARTS if not (folder / f"{part}.py").is_file()] == []
    assert set(results.PARTS) < set(SUBJECT.parts)


def test_every_note_is_about_a_row():
    names = {found.name for found in rows_of(load(SUBJECT.results), *results.PARTS)}
    assert set(table.load_notes()) <= names


def test_without_its_environment_a_peer_is_left_out_by_name(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(peers_environment, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(peers, "versions", peers.versions.__wrapped__)
    assert not peers.are_there("epoch-32-pyod")
    assert "left out: epoch-32-pyod" in capsys.readouterr().out
