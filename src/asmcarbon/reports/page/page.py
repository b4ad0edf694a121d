"""A page as HTML that needs nothing else: no request leaves it."""

from pathlib import Path

from asmcarbon.messages import _
from asmcarbon.reports.page.content import content_of
from asmcarbon.reports.page.sections import Content
from asmcarbon.reports.rows import Row

_HERE = Path(__file__).parent


def page_of(report: Row, frontier: Row | None = None, *, without_plan: str = "", without_frontier: str = "") -> str:
    """Return the page of a footprint, a plan, or a plan over stages.

    frontier                        of the same site
    without_plan, without_frontier  why there is none, where it was asked for
    """
    return whole(content_of(report, frontier, without_plan, without_frontier))


def whole(content: Content) -> str:
    """Return a page as HTML, with its style in it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(autoescape=True, loader=FileSystemLoader(_HERE), undefined=StrictUndefined)
    return environment.get_template("page.html").render(
        page=content,
        css=(_HERE / "page.css").read_text(encoding="utf-8"),
        language="en",
        contents=_("Contents"),
        as_table=_("The figures as a table"),
    )
