"""Moving the threshold in a real browser shows the figures that `thresholds` has for it."""

import re
import shlex
from dataclasses import replace

import numpy as np
import pytest

from reports import Scores, Threshold, ThresholdFigures, formats
from thresholds import CostTerms, evaluate, pick

pytestmark = pytest.mark.xdist_group("browser")

COSTS = {"false_alarm_cost": 1.0, "missed_cost": 100.0}


@pytest.fixture
def shown(opened, explorable):
    return opened(explorable)


@pytest.fixture
def agrees(explorable):
    """Check that everything shown is what `thresholds` says of the threshold shown."""

    def check(shown, costs=None):
        for split in ("validation", "test"):
            rows = getattr(explorable, split)
            found = evaluate(
                *(shown.value, rows.labels, rows.scores),
                **{"days": rows.days, "amounts": rows.amounts, "cost": costs},
            )
            counts = {name: formats.count(getattr(found, name)) for name in ("tp", "fp", "fn", "tn")}  # fmt: skip
            assert shown.counts(split) == counts
            missed = rows.amounts[(rows.labels == 1) & (rows.scores < shown.value)].sum()
            expected = {
                "precision": formats.ratio(found.precision),
                "recall": formats.ratio(found.recall),
                "f1": formats.ratio(found.f1),
                "alerts": formats.count(found.alerts),
                "alerts_per_day": formats.number(found.alerts_per_day),
                "cost": None if found.cost is None else formats.money(found.cost),
                "missed_amount": formats.money(float(f"{missed:.12g}")),
            }
            for name, text in expected.items():
                assert shown.figure(split, name) == (text or formats.NOTHING), (name, shown.value)

    return check


def test_at_first_the_picked_threshold_is_shown(shown, agrees, explorable):
    assert shown.value == explorable.threshold.value
    agrees(shown)
    ends = explorable.threshold.splits["test"].intervals["precision"]
    assert shown.interval("test", "precision") == formats.interval(ends, formats.ratio)
    assert shown.interval("validation", "precision") == formats.NOTHING


def test_intervals_at_the_picked_threshold_are_those_under_quality(opened, explorable):
    threshold = explorable.threshold
    splits = {
        name: replace(
            figures, cost=2.0 * figures.fp + 30.0 * figures.fn,
            intervals={**figures.intervals, "precision": (0.2, 0.389487), "cost": (17.0, 99.0)},
        )
        for name, figures in threshold.splits.items()
    }  # fmt: skip
    terms = CostTerms(false_alarm_cost=2, missed_cost=30)
    threshold = replace(threshold, cost_terms=terms, splits=splits)
    shown = opened(replace(explorable, threshold=threshold))
    named = {
        "Precision": "precision", "Recall": "recall", "F1": "f1", "Cost": "cost",
        "Alerts a day": "alerts_per_day",
    }  # fmt: skip
    table = shown.page.locator(".outcome .figures").first  # which readers without scripts see
    assert not table.is_visible()
    for title, name in named.items():
        row = table.locator("tr").filter(has=shown.page.locator(f"th:text-is('{title}')"))
        assert shown.interval("test", name) == row.locator("td").last.text_content(), name
    assert shown.interval("test", "cost") == "17.00 to 99.00"
    shown.page.get_by_label("A missed fraud costs").fill("31")
    assert shown.interval("test", "cost") != "17.00 to 99.00"


def test_intervals_of_few_frauds_are_exact_or_a_dash(opened, explorable, priced):
    rows = explorable.test
    labels = np.zeros(rows.scores.size, dtype=np.int8)
    labels[np.argmax(rows.scores)] = 1
    few = replace(rows, labels=labels)
    shown = opened(replace(explorable, validation=few, test=few, threshold=None))
    priced(shown, COSTS)
    shown.page.get_by_role("button", name="Highest F1").click()
    assert shown.counts("test") == {"tp": "1", "fp": "0", "fn": "0", "tn": "10,999"}
    for name in ("precision", "recall"):
        assert shown.interval("test", name) == "0.025 to 1.000"
    assert shown.interval("test", "f1") == "0.049 to 1.000"
    for name in ("cost", "missed_amount"):
        assert shown.interval("test", name) == formats.NOTHING
    assert "cost with fewer than 20" in shown.page.locator("div:has(> .explored)").inner_text()
    slider = shown.page.get_by_role("slider", name="Threshold")
    assert slider.get_attribute("aria-valuetext").endswith(" 1 alert")
    while shown.counts("test")["fp"] == "0":
        slider.press("ArrowLeft")
    assert shown.interval("test", "alerts") != formats.NOTHING


def test_one_false_alarm_is_no_plural(shown):
    slider = shown.page.get_by_role("slider", name="Threshold")
    alarms = shown.page.locator("td:has(> [data-split=test][data-count=fp])")
    assert alarms.inner_text().endswith("false alarms")
    slider.press("End")
    while shown.counts("test")["fp"] != "1":
        slider.press("ArrowLeft")
    assert alarms.inner_text().split() == ["1", "false", "alarm"]


def test_notes_of_figures_a_day_stand_under_them(opened, explorable):
    notes = [f"The {name} rows span 7.6 hours." for name in ("validation", "test")]
    shown = opened(replace(explorable, day_notes=notes, threshold=None))
    told = shown.page.locator("div:has(> .explored)").inner_text()
    assert all(note in told for note in notes)


def test_what_belongs_together_stays_on_one_printed_page(shown):
    shown.page.emulate_media(media="print")
    style = "part => [getComputedStyle(part).breakInside, getComputedStyle(part).breakAfter]"
    for selector in (".confusion", ".thirds", "thead", ".note"):
        assert shown.page.locator(selector).first.evaluate(style)[0] == "avoid"
    for selector in ("h2", "h3", "thead"):
        assert shown.page.locator(selector).first.evaluate(style)[1] == "avoid"


def test_keys_move_the_slider_and_the_figures_follow(shown, agrees):
    slider = shown.page.get_by_role("slider", name="Threshold")
    before = shown.value
    seen = [before]
    for key in ("ArrowRight", "ArrowRight", "PageDown", "ArrowLeft", "Home", "End", "PageDown"):
        slider.press(key)
        agrees(shown)
        seen.append(shown.value)
    assert before < seen[1] < seen[2] > seen[3] > seen[4]
    assert shown.counts("test")["tp"] != "0"
    slider.press("Home")
    assert shown.counts("test")["fn"] == "0"
    slider.press("End")
    assert shown.figure("test", "precision") == formats.NOTHING
    assert slider.get_attribute("aria-valuetext").endswith("recall 0.000, 0 alerts")


def test_each_key_is_one_threshold_however_near_the_next_one_is(shown, explorable):
    slider = shown.page.get_by_role("slider", name="Threshold")
    values = []
    for _ in range(12):
        slider.press("ArrowRight")
        values.append(shown.value)
    assert (np.diff(values) > 0).all()
    for _ in range(12):
        slider.press("ArrowLeft")
    assert shown.value == explorable.threshold.value


def test_a_page_key_leaps_over_a_stretch_without_scores(opened, explorable):
    scores = np.append(np.linspace(1, 2, 50), np.linspace(1000, 2000, 50))
    rows = Scores(scores, (scores > 1500).astype(int))
    shown = opened(replace(explorable, validation=rows, test=rows, threshold=None))
    slider = shown.page.get_by_role("slider", name="Threshold")
    slider.press("End")
    values = []
    while not values or values[-1] > 2:
        slider.press("PageDown")
        values.append(shown.value)
        assert len(values) < 30
    slider.press("PageUp")
    assert shown.value > 2


@pytest.mark.parametrize("chart", ["distribution-wide", "sweep"])
def test_the_line_can_be_dragged(shown, agrees, chart):
    mouse = shown.page.mouse
    for share in (0.5, 0.71):
        mouse.move(*shown.point(chart, shown.line(), 0.5))
        mouse.down()
        mouse.move(*shown.point(chart, share, 0.3), steps=5)
        assert shown.line() == pytest.approx(share, abs=0.02)
        agrees(shown)
        mouse.up()
        after = shown.value
        mouse.move(*shown.point(chart, 0.2, 0.3))
        assert shown.value == after


def test_the_slider_can_be_dragged_and_stays_below_the_line(shown, agrees):
    shown.page.locator("#slider").scroll_into_view_if_needed()
    box = shown.page.locator("#slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    shown.page.mouse.click(box["x"] + 8 + 0.6 * (box["width"] - 16), middle)
    assert shown.line() == pytest.approx(0.6, abs=0.02)
    line = shown.point("distribution-wide", shown.line(), 1)[0]
    box = shown.page.locator("#slider").bounding_box()
    share = float(shown.page.input_value("#slider")) / 1000
    assert box["x"] + 8 + share * (box["width"] - 16) == pytest.approx(line, abs=1.5)
    agrees(shown)


def test_a_finger_moves_the_line(opened, explorable, agrees):
    shown = opened(explorable, has_touch=True)
    shown.page.touchscreen.tap(*shown.point("distribution-wide", 0.65, 0.5))
    assert shown.line() == pytest.approx(0.65, abs=0.02)
    agrees(shown)


def test_the_dot_of_the_precision_recall_curve_can_be_dragged(shown, agrees, explorable):
    curve = [evaluate(v, explorable.test.labels, explorable.test.scores) for v in (3.0, 20.0)]
    for wanted in curve:
        at = shown.point(
            "precision-recall", (wanted.recall + 0.015) / 1.03, 1 - wanted.precision / 1.03
        )
        shown.page.mouse.move(*at)
        shown.page.mouse.down()
        shown.page.mouse.up()
        rows = explorable.test
        found = evaluate(shown.value, rows.labels, rows.scores)
        assert found.recall == pytest.approx(wanted.recall, abs=0.02)
        assert found.precision == pytest.approx(wanted.precision, abs=0.02)
        agrees(shown)


@pytest.mark.parametrize(
    ("label", "objective", "options"),
    [
        ("Highest F1", "f1", {}),
        ("Highest F2", "fbeta", {"beta": 2}),
        ("Recall ≥ 0.8", "recall", {"at_least": 0.8}),
        ("Matthews correlation", "mcc", {}),
        ("Youden’s J", "youden", {}),
        ("Geometric mean", "gmean", {}),
        ("False-positive rate ≤ 0.001", "fpr", {"at_most": 0.001}),
        ("100 alerts a day", "alerts", {"per_day": 100}),
    ],
)
def test_a_button_takes_the_threshold_that_pick_picks(
    shown, agrees, explorable, label, objective, options
):
    rows = explorable.validation
    button = shown.pick(label)
    found = pick(rows.labels, rows.scores, objective, days=rows.days, **options)
    assert shown.value == found.value
    assert button.get_attribute("aria-pressed") == "true"
    agrees(shown)


@pytest.fixture
def priced():
    """Say on the page what a false alarm and a missed fraud cost: as `cost` of `evaluate`."""

    def fill(shown, costs):
        page, recovered = shown.page, costs.get("recovered", 1)
        page.get_by_label("A false alarm costs").fill(str(costs["false_alarm_cost"]))
        page.get_by_label("its amount").set_checked("missed_cost" not in costs)
        if "missed_cost" in costs:
            page.get_by_label("A missed fraud costs").fill(str(costs["missed_cost"]))
        page.get_by_label("Share of it that an alert saves").fill(str(recovered))

    return fill


def test_without_prices_there_is_no_cost(shown, agrees):
    button = shown.page.get_by_role("button", name="Least cost")
    assert button.is_disabled()
    assert "There is no cost until" in shown.page.inner_text("#cost-terms")
    shown.page.get_by_label("A missed fraud costs").fill("100")
    agrees(shown)
    assert button.is_disabled()
    shown.page.get_by_label("A false alarm costs").fill("0")
    agrees(shown, {"false_alarm_cost": 0, "missed_cost": 100})
    assert button.is_enabled()


OF_EVERY_KIND = (
    {"false_alarm_cost": 1, "missed_cost": 100},
    {"false_alarm_cost": 2.5, "missed_cost": 40, "recovered": 0.75},
    {"false_alarm_cost": 100, "missed_cost": 1},
    {"false_alarm_cost": 12.5},
    {"false_alarm_cost": 5, "recovered": 0.8},
)


def test_least_cost_follows_the_prices(shown, agrees, priced, explorable):
    rows = explorable.validation
    for costs in OF_EVERY_KIND:
        priced(shown, costs)
        shown.page.get_by_role("button", name="Least cost").click()
        found = pick(rows.labels, rows.scores, "cost", amounts=rows.amounts, replicates=1, **costs)
        assert shown.value == found.value
        agrees(shown, costs)


def test_a_cost_says_its_prices_and_their_unit(shown, priced):
    for costs in (*OF_EVERY_KIND, {"false_alarm_cost": 1250, "missed_cost": 1234567.5}):
        priced(shown, costs)
        by = {} if "missed_cost" in costs else {"missed_cost_column": "amount"}
        words = CostTerms.from_options(costs | by).in_words("fraud")
        assert shown.page.inner_text("#cost-terms") == f"Cost at this threshold: {words}."
        options = shown.page.get_by_role("button", name="Least cost").get_attribute("title")
        told = shlex.split(options)
        assert told[:2] == ["--objective", "cost"]
        read = {
            name[2:].replace("-", "_"): float(value) if value != "amount" else value
            for name, value in zip(told[2::2], told[3::2], strict=True)
        }
        assert read == costs | by


def test_a_pick_by_amount_has_one_cost_on_the_page(opened, explorable):
    """The cost under the run's threshold, and the explorer's at the same one."""
    costs, rows = {"false_alarm_cost": 5.0, "recovered": 0.8}, explorable.validation
    value = pick(
        rows.labels, rows.scores, "cost", amounts=rows.amounts, replicates=1, **costs
    ).value
    splits = {}
    for name in ("validation", "test"):
        part = getattr(explorable, name)
        found = evaluate(value, part.labels, part.scores, amounts=part.amounts, cost=costs)
        content = found.to_dict()
        intervals = {k: tuple(v) for k, v in content.pop("intervals").items() if v is not None}
        del content["rows"]
        splits[name] = ThresholdFigures(**content, intervals=intervals)
    terms = CostTerms.from_options(costs | {"missed_cost_column": "amount"})
    threshold = Threshold("cost", value, splits, cost_terms=terms)
    shown = opened(replace(explorable, threshold=threshold))
    assert shown.value == value
    assert shown.page.get_by_label("its amount").is_checked()
    for name, figures in splits.items():
        assert shown.figure(name, "cost") == formats.money(figures.cost)
        ends = formats.interval(figures.intervals["cost"], formats.money)
        assert shown.interval(name, "cost") == ends
    told = shown.page.get_by_text(terms.in_words("fraud"))
    assert told.count() == 2


@pytest.mark.parametrize("costs", OF_EVERY_KIND)
def test_the_interval_of_the_cost_is_that_of_resamples(shown, priced, explorable, costs):
    rows = explorable.test
    priced(shown, costs)
    found = evaluate(shown.value, rows.labels, rows.scores, amounts=rows.amounts, cost=costs)
    ends = found.intervals["cost"]
    shown_ends = [float(end.replace(",", "")) for end in shown.interval("test", "cost").split(" to ")]  # fmt: skip
    assert shown_ends == pytest.approx(ends, rel=0.05)


def test_a_price_that_is_none_is_marked_and_the_last_one_stays(shown, agrees, priced):
    priced(shown, COSTS)
    entry = shown.page.get_by_label("A missed fraud costs")
    entry.fill("-3")
    assert entry.get_attribute("aria-invalid") == "true"
    agrees(shown, COSTS)
    share = shown.page.get_by_label("Share of it that an alert saves")
    share.fill("1.5")
    assert share.get_attribute("aria-invalid") == "true"
    agrees(shown, COSTS)
    entry.fill("")
    assert entry.get_attribute("aria-invalid") == "false"
    agrees(shown)
    entry.fill("7")
    assert entry.get_attribute("aria-invalid") == "false"
    agrees(shown, COSTS | {"missed_cost": 7})


def test_the_number_field_takes_the_nearest_threshold(shown, agrees):
    entry = shown.page.get_by_label("Threshold").and_(shown.page.locator("[type=number]"))
    for wanted in ("5", "12.5", "1e9", "-4"):
        entry.fill(wanted)
        entry.press("Enter")
        agrees(shown)
        if wanted in ("5", "12.5"):
            assert shown.value == pytest.approx(float(wanted), rel=0.02)
    before = shown.value
    entry.fill("")
    entry.press("Enter")
    assert shown.value == before


def test_the_command_sets_exactly_this_threshold(opened, explorable):
    shown = opened(replace(explorable, run="my runs/May's; rm"))
    for label in ("Youden’s J", "Geometric mean"):
        shown.pick(label)
        words = shlex.split(shown.page.inner_text("#command"))
        assert words[:-1] == ["anomaly", "pick-threshold", "my runs/May's; rm", "--set"]
        assert float(words[-1]) == shown.value


CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: %s})"


def test_the_command_is_copied(shown):
    shown.page.evaluate(CLIPBOARD % "{writeText: async (text) => { window.copied = text; }}")
    shown.page.get_by_role("button", name="Copy").click()
    shown.page.get_by_text("Copied.").wait_for()
    assert shown.page.evaluate("copied") == shown.page.inner_text("#command")


def test_without_a_clipboard_the_command_is_selected(shown):
    shown.page.evaluate(CLIPBOARD % "undefined")
    shown.page.get_by_role("button", name="Copy").click()
    shown.page.get_by_text("Selected: copy it with your keyboard.").wait_for()
    assert shown.page.evaluate("String(getSelection())") == shown.page.inner_text("#command")


def test_without_labels_alerts_follow(opened, explorable):
    parts = {
        name: Scores(getattr(explorable, name).scores, days=getattr(explorable, name).days)
        for name in ("validation", "test")
    }
    shown = opened(replace(explorable, **parts, threshold=None, metrics={}))
    rows = parts["validation"]
    for label, objective, options in (
        ("Highest 1 %", "contamination", {"share": 0.01}),
        ("Far from the median", "mad", {}),
        ("100 alerts a day", "alerts", {"per_day": 100}),
    ):
        shown.pick(label)
        assert shown.value == pick(None, rows.scores, objective, days=rows.days, **options).value
        for split, part in parts.items():
            alerts = int((part.scores >= shown.value).sum())
            assert shown.figure(split, "alerts") == formats.count(alerts)
            assert shown.figure(split, "alerts_per_day") == formats.number(alerts / 10)
            assert shown.figure(split, "share") == formats.percent(alerts / part.scores.size)
    assert shown.page.locator("[data-figure=precision], [data-figure=cost]").count() == 0


def test_figures_read_the_same_in_the_script_and_in_the_package(opened, explorable):
    shown = opened(explorable)
    random = np.random.default_rng(0)
    shares = [0, 1, 1 / 3, 0.3125, 0.00125, 0.99951, 0.9999512, 1e-5, 1.23e-9, *random.random(200)]
    values = [*shares, 1250.5, 1e9, 123456789.0, 3.2e-5, *(10 ** random.uniform(-7, 12, 200))]
    for name, numbers in (
        ("percent", shares),
        ("ratio", shares),
        ("number", values),
        ("threshold", values),
        ("money", values),
    ):
        told = shown.page.evaluate(f"numbers => numbers.map((n) => {name}(n))", list(numbers))
        assert told == [getattr(formats, name)(number) for number in numbers]
    assert shown.page.evaluate("count(1234567.4)") == formats.count(1_234_567)
    assert re.fullmatch(r"\d+\.\d{4}", shown.page.evaluate("fixed(2 / 3, 4)"))
