"""What stands on the page of sites side by side, from the rows of their comparison."""

from typing import Any

from asmcarbon.messages import _
from asmcarbon.reports.compare_text import (
    land_beside_caption,
    land_beside_cells,
    numbered,
    product_cells,
    provenance_lines,
    published_tables,
    standing_lines,
)
from asmcarbon.reports.footprint_text import boundary_sentence
from asmcarbon.reports.page.drawing import INK, Chart, drawn, filled
from asmcarbon.reports.page.sections import Content, Section, one_head
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, over_text, told


def comparison_content(report: Row) -> Content:
    """Return what stands on the page of sites side by side."""
    sites = report["sites"]
    products, named = report["products"] or [None], list(zip(numbered(sites), sites, strict=True))
    pers = [*report["products"], "job"]
    sections = [
        Section(
            "intensity",
            _("Per tonne and per job"),
            [boundary_sentence(report)],
            [chart for number, per in enumerate(pers) if (chart := _chart(sites, per, f"per{number}")) is not None],
            [(over_text(one) if one else _("per job"), one_head(product_cells(sites, one), 3)) for one in products],
        ),
        Section(
            "standing",
            _("Beside large-scale mining"),
            items=[one for name, site in named for one in _standing(name, site)],
        ),
    ]
    if (land := land_beside_cells(sites, report["products"])) is not None:
        sections.append(Section("land", _("Land and removals"), [land_beside_caption()], (), [("", one_head(land, 2))]))
    tables = published_tables(sites)
    if tables:
        sources = [one for _head, _cells, one in tables]
        shown = [(head, cells) for head, cells, _sources in tables]
        sections.append(Section("published", _("Published figures"), sources, (), shown))
    if report["notes"]:
        sections.append(Section("notes", _("Read this before you sign"), items=report["notes"]))
    title = _("{n} sites side by side").format(n=len(sites))
    names = ", ".join(name for name, _site in named)
    answer = [_standing(name, site)[0] for name, site in named[:3]]
    return Content(title, names, answer, [], sections, " ".join(provenance_lines(report)))


def _standing(name: str, site: Row) -> list[str]:
    """Return how a site stands, in sentences that begin with its name."""
    _head, *lines = standing_lines(site)
    return [f"{name}: {line.strip()}" for line in lines]


def _chart(sites: list[Row], per: str, name: str) -> Chart | None:
    """Return what each site emits over one thing, with its interval, between the large-scale figures."""
    rows = [
        (label, one)
        for label, site in zip(numbered(sites), sites, strict=True)
        for one in site["intensities"]
        if one["total"] == "scopes_1_2" and one["per"] == per
    ]
    if not rows:
        return None
    unit = rows[0][1]["unit"]
    large = sorted(
        {one["large_scale"]["value"] for site in sites for one in site["comparisons"] if one["site"]["unit"] == unit}
    )
    title = _("{per}, {unit}, scopes 1+2").format(per=over_text(per), unit=unit)
    title = title[:1].upper() + title[1:]
    least, most = (end(rows, key=lambda row: row[1]["value"]) for end in (min, max))
    says = _("{least} emits least, {low}; {most} most, {high} {unit}.").format(
        least=least[0], low=told(least[1]["value"]), most=most[0], high=told(most[1]["value"]), unit=unit
    )

    def draw(axes: Any) -> None:
        for place, (_label, one) in enumerate(reversed(rows)):
            value, end = one["value"], one["value"]
            axes.barh(place, value, height=0.7, **filled("blue"))
            if one["relative_percent"]:
                half = value * min(one["relative_percent"], 100.0) / 100.0
                axes.errorbar(value, place, xerr=half, color=INK, capsize=2.5, linewidth=1.0)
                end = value + half
            axes.annotate(told(value), (end, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
        for place, value in enumerate(large, start=len(rows)):
            axes.barh(place, value, height=0.7, **filled("grey"))
            axes.annotate(
                told(value), (value, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
            )
        labels = [_short(label) for label, _one in reversed(rows)] + [_("large scale")] * len(large)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_xlim(0, None)
        axes.margins(x=0.18)
        has_range = any(one["relative_percent"] for _label, one in rows)
        axes.set_xlabel(_("{unit}, and the 95 % interval").format(unit=unit) if has_range else unit)
        axes.grid(visible=False, axis="y")

    cells = Cells([["", unit], *([label, told(one["value"])] for label, one in rows)], (1,))
    height = 0.8 + 0.3 * (len(rows) + len(large))
    return Chart(name, title, says, cells, drawn(name, title, says, height, draw))


def _short(text: str, most: int = 28) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
