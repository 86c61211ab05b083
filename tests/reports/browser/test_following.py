"""Everything on the page follows the slider: answer, alerts, misses, the address; rows are taken away."""

import csv
import io
import re
from dataclasses import replace

import numpy as np
import pytest

from reports import Alert, Reason, Threshold, ThresholdFigures, formats
from reports.words.headline import Money, tiles, verdict
from thresholds import Sums, ends_of_sum, evaluate

pytestmark = pytest.mark.xdist_group("browser")

PRICES = {"false_alarm_cost": 10, "missed_cost": 300}
READ = """() => {
  const text = (part) => part.textContent.trim();
  const all = (selector) => [...document.querySelectorAll(selector)];
  const places = (name) => all(`#${name} tbody.alert`).map((body) => Number(body.dataset.place));
  return {
    verdict: text(document.querySelector("#verdict")),
    tiles: all("#tiles > div").map((tile) => [...tile.children].map(text)),
    titles: all("#alerts-title, #misses-title").map(text),
    alerts: places("alerts"), misses: places("misses"),
    tags: [...new Set(all("#alerts .tag, #misses .tag").map(text))].sort(),
    origin: text(document.querySelector("#at-threshold")),
    threshold: Number(document.querySelector("#command").textContent.split(" ").pop()),
  };
}"""
MOVE = """(place) => {
  const slider = document.querySelector("#slider");
  slider.value = place;
  slider.dispatchEvent(new Event("input"));
}"""


@pytest.fixture
def followed(explorable):
    """The report with its 400 highest scores and all its frauds listed."""
    rows = explorable.test
    value = explorable.threshold.value

    def alert(row):
        return Alert(
            row=int(row),
            split="test",
            score=float(rows.scores[row]),
            is_alert=bool(rows.scores[row] >= value),
            label=int(rows.labels[row]),
            time=f"2025-05-{1 + row % 28:02d} 03:12:00",
            amount=float(rows.amounts[row]),
            ids={"transaction": f"T-{row}"},
            reasons=[Reason("amount", 1.0, 1912.5, 40.25, (1.0, 90.0))],
            entities={"card": f"C-{row % 30}"},
            kinds={"channel": ("web", "chip")[row % 2], "country": f"C{row % 5}"},
        )

    highest = np.argsort(-rows.scores, kind="stable")[:400]
    frauds = np.flatnonzero(rows.labels)
    return replace(
        explorable, alerts=[alert(r) for r in highest], misses=[alert(r) for r in frauds]
    )


def figures_of(value, rows):
    content = evaluate(value, rows.labels, rows.scores, days=rows.days).to_dict()
    intervals = {name: tuple(e) for name, e in content.pop("intervals").items() if e is not None}
    del content["rows"]
    return ThresholdFigures(**content, intervals=intervals)


def money_of(value, rows, recovered):
    """What alerts save, with the intervals that `thresholds` has for a cost and for a sum."""
    amounts, is_alert = rows.amounts[rows.labels == 1], rows.scores[rows.labels == 1] >= value
    cost = {"false_alarm_cost": 0, "recovered": recovered}
    lost = evaluate(value, rows.labels, rows.scores, amounts=rows.amounts, cost=cost)
    saved = recovered * amounts[is_alert]
    strays = max(np.square(saved).sum() - saved.sum() ** 2 / rows.scores.size, 0)
    ends = None
    if not saved.sum() or strays:
        largest = recovered * np.square(amounts).sum() / amounts.sum()
        low, high = ends_of_sum(Sums(total=saved[:0].sum() + saved.sum(), squares=strays, largest=largest))  # fmt: skip
        ends = (float(low), float(high))
    return Money(amounts.sum(), saved.sum(), lost.cost, ends, lost.intervals["cost"])


def as_read(figure):
    lines = [figure.name, figure.value, figure.note]
    return [*lines, f"95 % interval {figure.interval}"] if figure.interval else lines


def nearly(shown, expected):
    """Compare lines of which intervals of money may differ in their last digit."""
    numbers = [[float(n.replace(",", "")) for n in line[14:].split(" to ")] for line in (shown, expected)]  # fmt: skip
    return numbers[0] == pytest.approx(numbers[1], rel=1e-4, abs=0.02)


def check(shown, report, recovered):
    """All that the page shows at its threshold is what `thresholds` says of it."""
    found, rows = shown.page.evaluate(READ), report.test
    value = found["threshold"]
    figures = figures_of(value, rows)
    there = replace(report, threshold=Threshold("", value, {"test": figures}))
    assert found["verdict"] == verdict(there)
    expected = [as_read(each) for each in tiles(there, money_of(value, rows, recovered))]
    assert found["tiles"][:3] == expected[:3]
    for tile, wanted in zip(found["tiles"][3:], expected[3:], strict=True):
        assert tile[:3] == wanted[:3]
        assert len(tile) == len(wanted)
        assert len(tile) == 3 or nearly(tile[3], wanted[3])
    alerts, missed = (
        formats.plural(figures.alerts, "alert"),
        formats.plural(figures.fn, "fraud"),
    )
    assert found["titles"] == [f"{alerts} at this threshold", f"{missed} missed at this threshold"]
    assert found["alerts"] == list(range(min(figures.alerts, 20)))
    frauds = sorted(report.misses, key=lambda alert: alert.score)
    below = [place for place, alert in enumerate(frauds) if alert.score < value]
    dearest = sorted(below, key=lambda place: -frauds[place].amount)[:20]
    assert found["misses"] == dearest
    assert set(found["tags"]) <= {"false alarm", "fraud, caught", "fraud, missed"}
    return found


def test_the_answer_and_the_lists_follow_the_slider_to_fifty_places(opened, followed):
    shown = opened(followed)
    first = check(shown, followed, 1)
    assert first["origin"] == f"Threshold {formats.threshold(first['threshold'])} for f1, picked on validation."  # fmt: skip
    seen = set()
    for place in range(0, 1001, 17):
        shown.page.evaluate(MOVE, place)
        seen.add(check(shown, followed, 1)["threshold"])
    assert len(seen) > 45
    shown.page.get_by_label("Share of it that an alert saves").fill("0.8")
    for place in (300, 600, 800):
        shown.page.evaluate(MOVE, place)
        check(shown, followed, 0.8)


def test_the_figures_written_in_advance_are_those_of_the_script(opened, followed):
    bare = opened(followed, java_script_enabled=False).page
    read = {"tiles": bare.locator("#tiles > div").all_inner_texts(), "verdict": bare.inner_text("#verdict")}  # fmt: skip
    live = opened(followed).page
    assert live.locator("#tiles > div").all_inner_texts() == read["tiles"]
    assert live.inner_text("#verdict") == read["verdict"]


def hash_of(shown):
    return shown.page.evaluate("location.hash")


def test_a_link_keeps_the_threshold(opened, followed):
    shown = opened(followed)
    own = shown.value
    assert hash_of(shown) == ""
    shown.page.evaluate(MOVE, 700)
    shown.page.wait_for_function("() => location.hash.startsWith('#t=')")
    moved, address = shown.value, shown.page.url
    assert len(hash_of(shown)) < 10
    for other in (shown, opened(followed)):
        other.page.goto(address)
        other.page.reload()
        assert other.value == moved
        assert "chosen on this page; the run’s own is" in other.page.inner_text("#at-threshold")
    shown.page.get_by_role("button", name="Back to the run’s own").click()
    assert shown.value == own
    shown.page.wait_for_function("() => location.hash === ''")
    assert not shown.page.locator("#back").is_visible()


def test_an_address_is_followed_as_it_changes_and_nonsense_is_not(opened, followed):
    shown = opened(followed)
    go_to = "(address) => { location.hash = address; }"
    for wanted in (8.77, 5.0):
        before = shown.page.inner_text("#command")
        shown.page.evaluate(go_to, f"#t={wanted}")
        changed = "(before) => document.querySelector('#command').textContent !== before"
        shown.page.wait_for_function(changed, arg=before)
        assert shown.value == pytest.approx(wanted, rel=0.02)
    before = shown.value
    for address in ("#t=", "#t=Infinity", "#t=x", "#alerts-title"):
        shown.page.evaluate(go_to, address)
        shown.page.wait_for_function("() => location.hash.startsWith('#t=5')")
        assert shown.value == before


def test_the_badge_leads_to_the_caution(opened, followed):
    shown = opened(followed)
    shown.page.get_by_role("link", name="With caution").click()
    assert shown.page.locator("#cautions").bounding_box()["y"] < 400


def test_the_cost_is_drawn_as_soon_as_there_are_prices(opened, followed):
    shown = opened(followed)
    chart = shown.page.locator("#cost-chart")
    assert not chart.is_visible()
    shown.page.get_by_label("A false alarm costs").fill("10")
    shown.page.get_by_label("A missed fraud costs").fill("300")
    assert chart.is_visible()
    line = shown.page.locator("svg[data-chart=cost-sweep] > path.s-ink:not(.s-accent)").last
    before = line.get_attribute("d")
    heights = [float(point.split()[1]) for point in before[1:].split("L")]
    assert len(heights) > 1000
    # As high as the costs are, with zero on the axis.
    found = [
        evaluate(value, followed.test.labels, followed.test.scores, cost=PRICES).cost
        for value in (0.0, 1e9)
    ]
    bottom = 34 + float(shown.page.locator("svg[data-chart=cost-sweep]").get_attribute("data-box").split()[3])  # fmt: skip
    assert (bottom - heights[-1]) / (bottom - heights[0]) == pytest.approx(
        found[1] / found[0], rel=0.02
    )
    shown.page.get_by_label("A missed fraud costs").fill("3000")
    assert line.get_attribute("d") != before


def names(shown):
    return shown.page.locator("#alerts tr.who:visible th").all_inner_texts()


def test_rows_beyond_those_written_in_advance_are_listed_too(opened, followed):
    shown = opened(followed)
    shown.page.evaluate(MOVE, 550)
    button = shown.page.locator("#alerts .all")
    assert button.inner_text().startswith("Show 100 of 400")
    button.click()
    assert len(names(shown)) == 100
    button.click()
    assert len(names(shown)) == 200
    assert names(shown)[150] == f"T-{followed.alerts[150].row}"
    summary = shown.page.locator("#alerts summary").nth(150)
    assert "amount 1,912.50: usually 1 to 90" in summary.inner_text()
    summary.click()
    unfolded = shown.page.locator("#alerts details[open]").inner_text()
    assert "of the score, seen 1,912.50, expected 40.25, normal 1 to 90" in unfolded
    left_out = shown.page.inner_text("#alerts .left-out")
    assert left_out.startswith("400 of these ")


def test_alerts_without_a_label_are_listed_and_counted_apart(opened, followed):
    alerts = [replace(a, label=None) if place < 5 else a for place, a in enumerate(followed.alerts)]
    hidden = {alert.row for alert in alerts[:5]}
    keep = np.array([row not in hidden for row in range(followed.test.scores.size)])
    test = replace(
        followed.test,
        **{
            name: getattr(followed.test, name)[keep]
            for name in ("scores", "labels", "days", "amounts")
        },
    )
    shown = opened(replace(followed, test=test, alerts=alerts))
    shown.page.evaluate(MOVE, 700)
    above = sum(alert.score >= shown.value for alert in alerts)
    assert shown.page.inner_text("#alerts-title") == f"{above} alerts at this threshold"
    told = shown.page.inner_text("#alerts .left-out")
    assert told == "5 of them have no label and are in no figure."


def downloaded(shown, listing):
    with shown.page.expect_download() as waiting:
        shown.page.locator(f"#{listing} .download").click()
    text = waiting.value.path().read_bytes().decode("utf-8-sig")
    return waiting.value.suggested_filename, list(csv.DictReader(io.StringIO(text, newline="")))


def test_all_alerts_are_downloaded_as_csv(opened, followed):
    shown = opened(followed)
    shown.page.evaluate(MOVE, 700)
    value = shown.value
    above = [alert for alert in followed.alerts if alert.score >= value]
    assert 20 < len(above) < 400
    name, rows = downloaded(shown, "alerts")
    assert name == "alerts.csv"
    assert [row["transaction"] for row in rows] == [f"T-{alert.row}" for alert in above]
    assert [float(row["score"]) for row in rows] == [alert.score for alert in above]
    assert [float(row["amount"]) for row in rows] == [alert.amount for alert in above]
    assert rows[0]["time"] == above[0].time
    assert rows[0]["card"] == above[0].entities["card"]
    assert rows[0]["reason"] == "amount 1,912.50: usually 1 to 90"
    shown.page.fill("#alerts-text", rows[3]["transaction"])
    assert len(downloaded(shown, "alerts")[1]) < len(rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_a_formula(opened, followed, start):
    nasty = f'{start}HYPERLINK("x","y")\n'
    first = replace(followed.alerts[0], ids={"transaction": nasty}, amount=-3.5)
    shown = opened(replace(followed, alerts=[first], misses=[]))
    [row] = downloaded(shown, "alerts")[1]
    assert row["transaction"].startswith("'")
    assert float(row["amount"]) == -3.5


def test_alerts_are_grouped_by_card_on_demand(opened, followed):
    shown = opened(followed)
    shown.page.evaluate(MOVE, 650)
    above = [alert for alert in followed.alerts if alert.score >= shown.value]
    cards = [alert.entities["card"] for alert in above]
    button = shown.page.locator("#alerts .groups button")
    assert button.inner_text() == "Group by card"
    button.click()
    lines = shown.page.locator("#alerts .group-table tbody tr")
    told = [line.split("\t") for line in lines.all_inner_texts()]
    assert {card.strip(): int(number) for card, number, *_ in told} == {
        card: cards.count(card) for card in set(cards)
    }
    lines.first.get_by_role("button").press("Enter")
    card = told[0][0].strip()
    assert names(shown) == [f"T-{a.row}" for a in above if a.entities["card"] == card][:20]
    pressed = shown.page.locator("#alerts .group-table [aria-pressed=true]")
    assert pressed.inner_text() == card
    assert pressed.evaluate("button => button === document.activeElement")
    button.click()
    assert not shown.page.locator("#alerts .group-table").is_visible()
    assert len(names(shown)) == 20


def test_kinds_of_alerts_are_counted_anew(opened, followed):
    shown = opened(followed)
    for place in (600, 650):
        shown.page.evaluate(MOVE, place)
        above = [a for a in followed.alerts if a.score >= shown.value]
        frauds = sum(a.label for a in above)
        assert shown.page.locator("#alerts .verdicts button").all_inner_texts() == [
            f"All {len(above)}", f"False alarm {len(above) - frauds}", f"Fraud, caught {frauds}",
        ]  # fmt: skip


def test_misses_are_told_by_kind(opened, followed):
    shown = opened(followed)
    for place in (500, 700):
        shown.page.evaluate(MOVE, place)
        lines = shown.page.locator("#misses .kind-table tbody tr").all_inner_texts()
        assert len(lines) >= 2
        for line in lines:
            kind, missed, all_, share = (cell.strip() for cell in line.split("\t"))
            column, value = kind.split(" ")
            those = [alert for alert in followed.misses if alert.kinds[column] == value]
            below = sum(alert.score < shown.value for alert in those)
            assert (missed, all_) == (f"{below}", f"{len(those)}")
            assert share == formats.percent(below / len(those))
    slider = shown.page.get_by_role("slider", name="Threshold")
    slider.press("Home")
    assert not shown.page.locator("#misses .kinds").is_visible()


def test_kinds_of_a_part_of_the_misses_are_not_told(opened, followed):
    some = [
        replace(alert, kinds={}) if place % 2 else alert
        for place, alert in enumerate(followed.misses)
    ]
    shown = opened(replace(followed, misses=some))
    assert not shown.page.locator("#misses .kinds").is_visible()


def test_without_a_finite_score_the_list_is_sorted_and_searched_all_the_same(opened, followed):
    scores = replace(followed.test, scores=np.full(followed.test.scores.size, np.inf))
    shown = opened(
        replace(followed, validation=None, test=scores, threshold=None, alerts=followed.alerts[:30])
    )
    assert len(names(shown)) == 20
    shown.page.fill("#alerts-text", names(shown)[7])
    assert names(shown) == [f"T-{followed.alerts[7].row}"]
    assert shown.page.locator("#alerts .verdicts button").count() == 0


def test_the_page_stays_small(followed, rendered):
    random = np.random.default_rng(0)
    labels = random.random(150_000) < 0.002
    many = replace(
        followed.test,
        scores=np.exp(random.normal(size=150_000) + 2 * labels),
        labels=labels,
        days=None,
        amounts=None,
    )
    rows = [replace(followed.alerts[place % 400], row=place) for place in range(3000)]
    source = rendered(replace(followed, validation=many, test=many, alerts=rows))
    assert len(source.encode()) < 2_000_000
    assert (
        len(re.findall(r"<[a-z]", re.sub(r"<script.*?</script>", "", source, flags=re.DOTALL)))
        < 10_000
    )


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark", "viewport": {"width": 360, "height": 780}}],
    ids=["light", "dark-phone"],
)
def test_axe_finds_no_serious_fault_when_it_is_moved_and_grouped(opened, followed, options):
    shown = opened(followed, **options)
    shown.page.evaluate(MOVE, 650)
    shown.page.locator("#alerts .groups button").click()
    shown.page.locator(".controls summary").click()
    shown.page.get_by_label("A false alarm costs").fill("10")
    shown.page.get_by_label("A missed fraud costs").fill("300")
    assert shown.serious_faults() == {}
    assert shown.page.evaluate("document.documentElement.scrollWidth") == shown.page.viewport_size["width"]  # fmt: skip
