"""Routes of the page: itself, its files, what can be filled in, and a site as text and back."""

import asyncio
import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Annotated, Any, Literal, cast

import yaml
from litestar import MediaType, Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody, PathParameter
from msgspec.structs import replace

from asmcarbon.api.body import refuse_files
from asmcarbon.api.queries import refuse_unknown
from asmcarbon.api.web.form import Node, form_of
from asmcarbon.api.web.words import words_of
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import LANGUAGES, _, language
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.terminal import source_cells
from asmcarbon.site.model import Part
from asmcarbon.site.read import plain_of, site_from
from asmcarbon.site.site import Site
from asmcarbon.site.template import template

# What the page is made of: each by its name, and nothing else of this folder.
_FILES = {
    "app.css": "text/css", "app.js": "text/javascript", "dom.js": "text/javascript", "form.js": "text/javascript",
    "jobs.js": "text/javascript", "report.js": "text/javascript", "server.js": "text/javascript",
    "sites.js": "text/javascript",
}  # fmt: skip
# Reports are shown in frames, from memory where a key opens them; their style stands in them.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:;"
    " frame-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Kind = Annotated[Literal["underground", "alluvial", "base_metal", "milling"], PathParameter(description="of mine")]
FileName = Annotated[str, PathParameter(max_length=40)]


class SiteText(Part):
    """A site as text, YAML or JSON."""

    text: str


@get("/", media_type=MediaType.HTML, include_in_schema=False)
async def page() -> Response[str]:
    """Return the page, with its words in it."""
    words = words_of()
    spoken = language()
    choices = "".join(
        f'<option value="{one}" lang="{one}"{" selected" if one == spoken[:2] else ""}>{escape(name)}</option>'
        for one, name in LANGUAGES.items()
    )
    known = {
        **{name: escape(text) for name, text in words.items()},
        "lang": spoken.replace("_", "-"),
        "languages": choices,
        # Within a script element nothing ends it but this.
        "words": json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"),
    }
    html = re.sub(r"\{\{(\w+)\}\}", lambda place: known[place[1]], _text("index.html"))
    return Response(html, media_type="text/html", headers={"content-security-policy": _POLICY})


@get("/web/static/{name:str}", include_in_schema=False)
async def static_file(name: FileName) -> Response[str]:
    """Return a file of the page."""
    if name not in _FILES:
        raise NotFoundException(_("there is no such file"))
    return Response(_text("static", name), media_type=_FILES[name])


@get("/web/form", include_in_schema=False, before_request=refuse_unknown)
async def form() -> list[Node]:
    """Return what can be filled in for a site."""
    return form_of()


@get("/web/templates/{kind:str}", include_in_schema=False, before_request=refuse_unknown)
async def template_site(kind: Kind) -> dict[str, Any]:
    """Return the template of a kind of mine as a site."""
    return _plain(template(kind))


@post("/web/site", status_code=200, include_in_schema=False, before_request=refuse_unknown)
async def site_of_text(data: JSONBody[SiteText]) -> dict[str, Any]:
    """Return the plain values of a text that is a site; problems name its lines."""
    try:
        site_from(data.text, "")
    except InputError as error:
        raise InputError([_at_line(one) for one in error.problems]) from error
    return _plain(data.text)


@post("/web/text", status_code=200, include_in_schema=False, before_request=refuse_unknown)
async def text_of_site(data: JSONBody[dict[str, Any]]) -> dict[str, str]:
    """Return plain values as YAML, right or wrong."""
    return {"text": yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)}


@post("/web/footprint", status_code=200, include_in_schema=False, before_request=refuse_unknown)
async def footprint_at_a_glance(data: JSONBody[Site]) -> dict[str, Any]:
    """Return a footprint as people read it at a glance: sentences, tiles, sources."""
    from asmcarbon.reports.page.content import answer_of, tiles_of  # knows of plans

    site = data
    refuse_files(site, weather=False)
    report = await asyncio.to_thread(footprint_report, site, read_tables())
    return {
        "answer": answer_of(report, None, None, ""),
        "tiles": [
            {"name": one.name, "value": one.value, "unit": one.unit, "beside": one.beside}
            for one in tiles_of(report, None, None)
        ],
        "sources": source_cells(report).rows,
    }


def _plain(text: str) -> dict[str, Any]:
    """Return the plain values of a text that is a site, as JSON has them."""
    content, _lines, problems = plain_of(text, "")
    if problems or not isinstance(content, dict):
        raise InputError(problems)
    return cast("dict[str, Any]", content)


def _at_line(problem: Problem) -> Problem:
    if problem.line is None:
        return problem
    return replace(problem, where=_("line {n}: {where}").format(n=problem.line, where=problem.where))


@cache
def _text(*place: str) -> str:
    return files("asmcarbon.api.web").joinpath(*place).read_text(encoding="utf-8")


web = Router(
    "/", route_handlers=[page, static_file, form, template_site, site_of_text, text_of_site, footprint_at_a_glance]
)
