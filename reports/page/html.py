"""The page: a report's words and charts laid out as one HTML file that needs nothing else."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup

from reports import formats
from reports.charts.distribution import cost_frame
from reports.comparison.section import summarise_compared
from reports.comparison.summary import summarise_comparison
from reports.content.comparison import ComparisonReport
from reports.content.report import Report
from reports.explorer.explorer import as_json, explore, money_at_threshold
from reports.features.differences import features_of
from reports.features.pairs import pairs_as_json
from reports.features.table import table
from reports.formats.script_data import script_data
from reports.page.all_charts import draw_all
from reports.words.listed_rows import listed_rows
from reports.words.summary import summarise

POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
TEMPLATES = resources.files("reports") / "page" / "templates"


def render(report: Report) -> str:
    """The report as one HTML page.

    The same report gives the same text, byte by byte.

    Parameters
    ----------
    report : Report
        What to show.

    Returns
    -------
    str
        An HTML document without references to other files. Its content security policy allows its
        own style sheet and its own script, and nothing else; without scripts it reads as well.
    """
    explorer, features = explore(report), features_of(report)
    summary = summarise(report, None if explorer is None else money_at_threshold(explorer))
    return _page(
        "report.html",
        summary,
        styles=("report.css", "explorer.css", "alerts.css", "features.css", "compared.css"),
        scripts=("report.js", "alerts.js", "explorer.js", "features.js", "compared.js"),
        charts=draw_all(report, features),
        comparison=summarise_compared(report.comparison),
        explorer=explorer,
        cost_frame=None
        if explorer is None or not explorer.is_labelled
        else cost_frame(explorer.splits[0].name, explorer.axis, explorer.picked),
        data=None if explorer is None else as_json(explorer),
        row_data=script_data(
            {
                "noun": report.noun,
                "nouns": formats.plural_of(report.noun),
                "alerts": listed_rows(summary.alerts),
                "misses": listed_rows(summary.misses),
            }
        ),
        features=features,
        feature_table=None if features is None else table(features),
        pairs=None if features is None else pairs_as_json(features),
    )


def render_comparison(report: ComparisonReport) -> str:
    """A comparison of methods as one HTML page, self-contained like that of `render`."""
    return _page(
        "comparison.html",
        summarise_comparison(report),
        styles=("report.css", "compared.css"),
        scripts=("compared.js",),
    )


def _page(
    template: str,
    page: object,
    styles: Sequence[str] = ("report.css",),
    scripts: Sequence[str] = (),
    **content: object,
) -> str:
    css, script = _joined(styles), _joined(scripts)
    policy = f"{POLICY}; style-src '{_digest(css)}'"
    return (
        _environment()
        .get_template(template)
        .render(
            page=page,
            **content,
            css=Markup(css),
            script=Markup(script),
            policy=f"{policy}; script-src '{_digest(script)}'" if script else policy,
        )
    )


@cache
def _environment() -> jinja2.Environment:
    """Return what compiles the templates, each once."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reports.page", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["price"] = "{:.12g}".format
    environment.filters["plural"] = formats.plural_of
    return environment


def _joined(names: Sequence[str]) -> str:
    return "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)


def _digest(source: str) -> str:
    """What the policy calls an element that holds exactly this."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
