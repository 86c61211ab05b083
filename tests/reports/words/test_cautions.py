"""The cautions of a report: which stand in full, which are folded, which are known."""

from dataclasses import replace

from reports import Caution

THIN = " "  # Page.text makes every space a plain one


def section(page):
    [found] = page.elements("div", class_="warnings")
    return found


def codes(page, elements):
    return [page.text(code) for code in elements if code.get("class") == "code"]


def some(number):
    return [Caution(f"AN{place:03}", f"Sentence {place}.") for place in range(1, number + 1)]


def test_three_stand_in_full_and_the_rest_is_folded(page_with):
    page = page_with(cautions=some(5), warnings=[])
    [folded] = section(page).iter("details")
    assert page.text(folded.find("summary")) == "and 2 more: AN004, AN005"
    assert codes(page, folded.iter("span")) == ["AN004", "AN005"]
    assert codes(page, section(page).iter("span")) == [f"AN00{place}" for place in range(1, 6)]
    assert "AN001 Sentence 1." in page.text(section(page))


def test_three_leave_nothing_to_fold(page_with):
    page = page_with(cautions=some(3))
    assert list(section(page).iter("details")) == []
    assert page.text(section(page)).endswith("Sentence 3. 81 transactions appear twice.")


def test_those_acknowledged_stand_last_with_the_reason(page_with):
    known = Caution("AN009", "Scores are infinite.", "2026-03-01T12:30:00+00:00", "a <test> of it")
    page = page_with(cautions=[*some(4), known], warnings=[])
    [last] = page.elements("ul", class_="acknowledged")
    assert page.text(section(page)).endswith(page.text(last))
    assert page.text(last).startswith("AN009 Scores are infinite. Acknowledged ")
    assert page.text(last).endswith(": a <test> of it")
    assert page.text(section(page)).count("AN009") == 1


def test_where_all_is_well_there_is_no_section(page_with):
    assert page_with(cautions=[], warnings=[]).elements("div", class_="warnings") == []


def test_a_share_stays_with_its_sign(page_with):
    page = page_with(cautions=[Caution("AN012", "It was 80.0 % before.")])
    assert f"80.0{THIN}% before" in page.text(section(page))


def badge(page):
    [found] = page.elements("p", class_="badge")
    return found.get("class"), page.text(found), found.find("a").get("href")


def test_the_badge_names_the_gravest_caution_and_leads_to_it(page_with):
    page = page_with(
        cautions=[Caution("AN001", "Few frauds: too few. Read the intervals."), *some(2)]
    )
    expected = "With caution AN001 Few frauds. And 3 more."
    assert badge(page) == ("badge amber", expected, "#cautions")


def test_the_badge_is_green_where_no_caution_is_open(page_with):
    sound = ("badge green", "Sound No caution is raised.", "#trust-title")
    assert badge(page_with(cautions=[], warnings=[])) == sound
    known = Caution("AN009", "Known.", "2026-03-01T12:30:00+00:00", "a test")
    page = page_with(cautions=[known], warnings=[])
    assert badge(page)[:2] == ("badge green", "Sound All cautions are acknowledged.")


def test_the_badge_is_amber_where_nobody_can_judge(page_with, report):
    page = page_with(cautions=[], warnings=[], test=None)
    assert badge(page)[1].startswith("With caution There is no test split")
    parts = {name: replace(getattr(report, name), labels=None) for name in ("validation", "test")}
    page = page_with(cautions=[], warnings=[], threshold=None, **parts)
    assert badge(page)[1].startswith("With caution There are no labels")
