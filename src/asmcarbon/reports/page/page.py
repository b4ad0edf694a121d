"""A page as HTML that needs nothing else: no request leaves it."""

from pathlib import Path

from asmcarbon.messages import _, language
from asmcarbon.reports.page.comparison import comparison_content
from asmcarbon.reports.page.content import content_of
from asmcarbon.reports.page.fund import fund_content
from asmcarbon.reports.page.sections import Content
from asmcarbon.reports.rows import Row

_HERE = Path(__file__).parent


def page_of(report: Row, frontier: Row | None = None, *, without_plan: str = "", without_frontier: str = "") -> str:
    """Return the page of a footprint, a plan, or a plan over stages.

    frontier                        of the same site
    without_plan, without_frontier  why there is none, where it was asked for
    """
    return whole(content_of(report, frontier, without_plan, without_frontier))


def fund_page(report: Row) -> str:
    """Return the page of a fund."""
    return whole(fund_content(report))


def comparison_page(report: Row) -> str:
    """Return the page of sites side by side."""
    return whole(comparison_content(report))


def whole(content: Content) -> str:
    """Return a page as HTML, with its style in it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(autoescape=True, loader=FileSystemLoader(_HERE), undefined=StrictUndefined)
    return environment.get_template("page.html").render(
        page=content,
        css=(_HERE / "page.css").read_text(encoding="utf-8"),
        language=language().replace("_", "-"),
        contents=_("Contents"),
        as_table=_("The figures as a table"),
    )
