"""A real Chromium that opens a report from disk, without any network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reports import ComparisonReport, Report

SIZE = {"width": 1200, "height": 900}


class Shown:
    """A report in the browser, and what its explorer shows; `complaints` are what went wrong."""

    def __init__(self, page: Any, complaints: list[str]) -> None:
        self.page, self.complaints = page, complaints

    @property
    def value(self) -> float:
        """The threshold, to the last digit."""
        return float(self.page.inner_text("#command").split()[-1])

    def figure(self, split: str, name: str) -> str:
        """A figure without its interval."""
        cell = self.page.locator(f"[data-split={split}][data-figure={name}]")
        return cell.evaluate("cell => cell.firstChild.textContent")

    def interval(self, split: str, name: str) -> str:
        """The interval of a figure."""
        return self.page.locator(f"[data-split={split}][data-figure={name}] small").inner_text()

    def counts(self, split: str) -> dict[str, str]:
        """The confusion matrix."""
        cells = {name: f"[data-split={split}][data-count={name}]" for name in ("tp", "fp", "fn", "tn")}  # fmt: skip
        return {name: self.page.text_content(cell) for name, cell in cells.items()}

    def pick(self, label: str) -> Any:
        """Press a button that picks a threshold, under "More" if it is there."""
        button = self.page.locator(".objectives button").filter(has_text=label)
        if not button.is_visible():
            self.page.locator(".controls summary").click()
        button.click()
        return button

    def line(self) -> float:
        """How far along the axis of the score distribution the line stands, from 0 to 1."""
        return self.page.evaluate(
            """() => {
              const svg = document.querySelector('[data-chart="distribution-wide"]');
              const [left, , width] = svg.dataset.box.split(" ").map(Number);
              return (svg.querySelector(".grip").x.baseVal.value + 6 - left) / width;
            }"""
        )

    def point(self, chart: str, x: float, y: float) -> tuple[float, float]:
        """Where on the screen a place of a drawing's axes is: shares of their width and height."""
        svg = self.page.locator(f'svg[data-chart="{chart}"]')
        svg.scroll_into_view_if_needed()
        return tuple(
            svg.evaluate(
                """(svg, [x, y]) => {
                  const seen = svg.getBoundingClientRect();
                  const scale = seen.width / svg.viewBox.baseVal.width;
                  const [left, top, width, height] = svg.dataset.box.split(" ").map(Number);
                  return [seen.left + (left + x * width) * scale, seen.top + (top + y * height) * scale];
                }""",
                [x, y],
            )
        )

    def what_stops_another_script(self) -> str:
        """The directive of the page's policy that a script put into it breaks."""
        return self.page.evaluate(
            """() => new Promise((done) => {
              document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
              const script = document.createElement("script");
              script.textContent = "window.ran = 1";
              document.body.append(script);
            })"""
        )

    def serious_faults(self) -> dict[str, list[Any]]:
        """What axe finds serious or critical, and where."""
        axe = pytest.importorskip(
            "axe_playwright_python.sync_playwright", reason="axe is not there"
        )
        return {
            fault["id"]: [node["target"] for node in fault["nodes"]]
            for fault in axe.Axe().run(self.page).response["violations"]
            if fault["impact"] in ("serious", "critical")
        }


@pytest.fixture
def opened(
    chromium: Any, tmp_path: Path, rendered: Callable[[Report | ComparisonReport], str]
) -> Iterator[Callable[..., Shown]]:
    """Open a report from disk; at the end nothing may have been complained of or asked for."""
    contexts, complaints = [], []

    def open_report(report: Report | ComparisonReport, **options: Any) -> Shown:
        path = tmp_path / "report.html"
        path.write_text(rendered(report), encoding="utf-8")
        context = chromium.new_context(**{"viewport": SIZE, **options})
        contexts.append(context)
        context.set_offline(True)
        context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url == path.as_uri() else complaints.append(r.url))
        page.goto(path.as_uri())
        return Shown(page, complaints)

    yield open_report
    for context in contexts:
        context.close()
    assert complaints == []
