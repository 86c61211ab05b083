"""The tables of transactions in a real browser: sorted, filtered, unfolded by mouse and by keys."""

from dataclasses import replace

import pytest

from reports import Alert, Reason

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def listed(explorable):
    """Thirty alerts, each third a fraud, some without an amount; two misses."""
    alerts = [
        Alert(
            row=row,
            split="test",
            score=100.0 - row,
            is_alert=True,
            label=int(row % 3 == 0),
            time=f"2025-05-{1 + (7 * row) % 30:02d} 03:12:00",
            amount=None if row % 10 == 9 else float((13 * row) % 31),
            ids={"transaction": f"T-{row:02d}"},
            reasons=[Reason("amount", 60.0 - row, 1912.5, "40.25", (1.0, 90.0))],
        )
        for row in range(30)
    ]
    missed = [Alert(100 + row, "test", 0.5 + row, False, 1, amount=7.0 - row) for row in range(2)]
    return replace(explorable, alerts=alerts, misses=missed)


def names(shown, listing="alerts"):
    """The transactions shown, from the first to the last."""
    heads = shown.page.locator(f"#{listing} tr.who:visible th")
    return heads.all_inner_texts()


def said(shown, listing="alerts"):
    return shown.page.inner_text(f"#{listing} [role=status]")


def rows(*numbers):
    return [f"T-{number:02d}" for number in numbers]


def test_at_first_the_twenty_highest_are_shown_then_all(opened, listed):
    shown = opened(listed)
    assert names(shown) == rows(*range(20))
    assert said(shown) == "20 of 30 are shown."
    shown.page.get_by_role("button", name="Show all 30").click()
    assert names(shown) == rows(*range(30))
    assert said(shown) == "All 30 are shown."
    shown.page.get_by_role("button", name="Show 20").click()
    assert len(names(shown)) == 20


@pytest.mark.parametrize("key", ["score", "amount", "time"])
def test_a_head_sorts_down_and_then_up(opened, listed, key):
    shown = opened(listed)
    shown.page.get_by_role("button", name="Show all 30").click()
    known = [a for a in listed.alerts if getattr(a, key) is not None]
    unknown = [a.row for a in listed.alerts if getattr(a, key) is None]
    down = sorted(known, key=lambda alert: getattr(alert, key), reverse=True)
    head = shown.page.locator(f"#alerts th[data-key={key}]")
    button = head.get_by_role("button")
    for direction in ("descending", "ascending", "descending"):
        if not (key == "score" and direction == "descending"):
            button.press("Enter")
        elif head.get_attribute("aria-sort") != "descending":
            button.click()
        values = [getattr(listed.alerts[int(name[2:])], key) for name in names(shown)]
        wanted = [getattr(alert, key) for alert in down]
        if direction == "ascending":
            wanted.reverse()
        assert values == [*wanted, *[None] * len(unknown)]
        assert head.get_attribute("aria-sort") == direction
    assert shown.page.locator("#alerts [aria-sort]").count() == 1


def test_text_filters_whatever_it_stands_in(opened, listed):
    shown = opened(listed)
    entry = shown.page.locator("#alerts-text")
    entry.fill("t-07")
    assert names(shown) == rows(7)
    assert said(shown) == "1 of 30 are shown."
    entry.fill("2025-05-08 FALSE")
    assert names(shown) == rows(1)
    entry.fill("nowhere")
    assert names(shown) == []
    assert said(shown) == "0 of 30 are shown."
    entry.fill("")
    assert len(names(shown)) == 20


def test_true_and_false_alarms_are_filtered(opened, listed):
    shown = opened(listed)
    frauds = shown.page.get_by_role("button", name="Fraud, caught 10")
    frauds.click()
    assert names(shown) == rows(*range(0, 30, 3))
    assert frauds.get_attribute("aria-pressed") == "true"
    shown.page.locator("#alerts-text").fill("t-1")
    assert names(shown) == rows(12, 15, 18)
    shown.page.get_by_role("button", name="All 30").click()
    assert names(shown) == rows(*range(10, 20))
    assert frauds.get_attribute("aria-pressed") == "false"


def test_each_unfolds_to_its_reasons_by_keys_alone(opened, listed):
    shown = opened(listed)
    summary = shown.page.locator("#alerts summary").nth(2)
    reasons = shown.page.get_by_role("table", name="Reasons for the score of number 3")
    assert not reasons.is_visible()
    summary.focus()
    shown.page.keyboard.press("Enter")
    assert reasons.is_visible()
    assert "1,912.50" in reasons.inner_text()
    assert "1 to 90" in reasons.inner_text()
    shown.page.keyboard.press("Space")
    assert not reasons.is_visible()
    shown.page.keyboard.press("Tab")
    assert "number 4" in shown.page.evaluate("document.activeElement.textContent")


def test_an_unfolded_one_stays_so_when_it_is_sorted_away(opened, listed):
    shown = opened(listed)
    shown.page.locator("#alerts summary").first.click()
    shown.page.locator("#alerts th[data-key=amount] button").click()
    assert names(shown)[0] != "T-00"
    shown.page.locator("#alerts th[data-key=score] button").click()
    assert names(shown)[0] == "T-00"
    assert shown.page.locator("#alerts details[open]").count() == 1
    assert shown.page.locator("#alerts tbody:has(details[open]) th").first.inner_text() == "T-00"


def test_misses_are_sorted_by_themselves(opened, listed):
    shown = opened(listed)
    assert names(shown, "misses") == ["row 100", "row 101"]
    shown.page.locator("#misses th[data-key=score] button").click()
    assert names(shown, "misses") == ["row 101", "row 100"]
    assert names(shown) == rows(*range(20))
    assert said(shown, "misses") == "All 2 are shown."


def test_without_scripts_all_are_shown_and_unfold(opened, listed):
    shown = opened(listed, java_script_enabled=False)
    assert shown.page.locator("#alerts tr.who:visible").count() == 30
    for control in ("#alerts-text", "#alerts .all", "#alerts thead button", "#alerts .verdicts"):
        assert shown.page.locator(control).count() == 0 or not shown.page.locator(control).is_visible()  # fmt: skip
    shown.page.locator("#alerts summary").first.click()
    assert shown.page.get_by_role("table", name="Reasons for the score of number 1").is_visible()


def test_on_paper_those_shown_have_their_reasons(opened, listed):
    shown = opened(listed)
    shown.page.emulate_media(media="print")
    tables = shown.page.locator("#alerts .reasons")
    heights = tables.evaluate_all("all => all.map((table) => table.getBoundingClientRect().height)")
    assert all(height > 20 for height in heights[:20])
    assert not any(heights[20:])
    assert not shown.page.locator("#alerts-text").is_visible()


@pytest.mark.parametrize("width", [360, 700, 1200])
def test_long_values_need_no_sideways_scrolling(opened, listed, width):
    long = "an-endless-value-" * 30
    alert = replace(
        listed.alerts[0],
        ids={long: long, "second": long},
        amount=123_456_789.5,
        reasons=[Reason(long, 60.0, long, long, frequency=0.5)],
    )
    shown = opened(
        replace(listed, alerts=[alert, *listed.alerts]), viewport={"width": width, "height": 800}
    )
    shown.page.locator("#alerts summary").first.click()
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 780}}],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_no_serious_fault_in_what_unfolds(opened, listed, options):
    shown = opened(listed, **options)
    shown.page.locator("#alerts summary").first.click()
    shown.page.locator("#misses summary").first.click()
    assert shown.serious_faults() == {}
