"""What stands on the page of a fund, from the rows of its report."""

from typing import Any

from asmcarbon.messages import _, numeral
from asmcarbon.reports.page.drawing import INK, Chart, drawn, filled
from asmcarbon.reports.page.sections import Content, Section, Tile, one_head
from asmcarbon.reports.portfolio_text import (
    budget_cells,
    fund_answer,
    fund_caption,
    funded_cells,
    goal_text,
    group_cells,
    limit_cells,
    next_sentence,
    ranking_sentence,
    taken_text,
)
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, money, provenance_line, told

_THOUSAND = 1000.0


def fund_content(report: Row) -> Content:
    """Return what stands on the page of a fund."""
    totals = report["totals"]
    sections = [_funded_section(report), _money_section(report), *_group_sections(report)]
    if report["limits"]:
        tables = [(_("Limits and floors"), limit_cells(report))]
        sections.append(Section("limits", _("Limits and floors"), (), (), tables))
    sections.append(Section("next", _("More money, another way"), [next_sentence(report), ranking_sentence(report)]))
    if report["left_out"]:
        out = [f"{one['site']}: {one['why']}" for one in report["left_out"]]
        sections.append(Section("left-out", _("Left out"), items=out))
    sections.append(Section("notes", _("Read this before you sign"), [fund_caption(report)], items=report["notes"]))
    return Content(
        report["name"],
        goal_text(report),
        [*fund_answer(totals), next_sentence(report)],
        [
            Tile(_("To spend"), money(totals["money"]), "USD"),
            Tile(_("Avoided"), told(totals["avoided"]["value"]), _("tCO2e a year")),
            Tile(_("Net cost of a tonne"), _each(totals["cost_per_tonne"]), "USD", _("below zero it saves")),
            Tile(_("Jobs at the funded sites"), money(totals["jobs"]), _("full-time")),
        ],
        sections,
        provenance_line(report),
    )


def _each(value: float | None) -> str:
    return "-" if value is None else numeral(value, ",.0f")


def _funded_section(report: Row) -> Section:
    if not report["funded"]:
        return Section("funded", _("Funded"), [_("No site is funded.")])
    chart = _cost_chart(report)
    return Section(
        "funded",
        _("Funded"),
        (),
        [] if chart is None else [chart],
        [(_("Funded"), one_head(funded_cells(report), 2))],
        [taken_text(one) for one in report["funded"] if one["taken"]],
    )


def _cost_chart(report: Row) -> Chart | None:
    """Return what a tonne costs at each funded site, the cheapest first, as wide as it avoids."""
    rows = [one for one in report["funded"] if one["cost_per_tonne"] is not None]
    if not rows:
        return None
    ranked = sorted(rows, key=lambda one: (one["cost_per_tonne"], one["site"]))
    title = _("What a tonne costs, site by site, USD")
    says = _("A tonne costs {least} USD at {first}, and {most} USD at {last}.").format(
        least=_each(ranked[0]["cost_per_tonne"]), first=ranked[0]["site"],
        most=_each(ranked[-1]["cost_per_tonne"]), last=ranked[-1]["site"],
    )  # fmt: skip
    whole = sum(one["avoided_over_horizon"]["value"] for one in ranked)

    def draw(axes: Any) -> None:
        start = 0.0
        for number, one in enumerate(ranked, start=1):
            width, cost = one["avoided_over_horizon"]["value"], one["cost_per_tonne"]
            axes.bar(start, cost, width, align="edge", **filled("green" if number % 2 else "sky"))
            if width > 0.05 * whole:
                shift, edge = (3, "bottom") if cost >= 0 else (-3, "top")
                place = (start + width / 2, cost)
                axes.annotate(
                    str(number), place, xytext=(0, shift), textcoords="offset points", ha="center", va=edge, fontsize=8
                )
            start += width
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlim(0, None)
        axes.margins(y=0.15)
        axes.set_xlabel(_("tCO2e avoided over the sites' horizons, added up"))
        axes.set_ylabel(_("USD for a tonne"))
        axes.grid(visible=False, axis="x")

    cells = [["", _("site"), _("USD for a tonne"), _("tCO2e avoided")]]
    cells += [
        [str(number), one["site"], _each(one["cost_per_tonne"]), money(one["avoided_over_horizon"]["value"])]
        for number, one in enumerate(ranked, start=1)
    ]
    return Chart("cost", title, says, Cells(cells, (2, 3)), drawn("cost", title, says, 2.8, draw))


def _money_section(report: Row) -> Section:
    title = _("Money by year, USD")
    rows = report["by_year"]
    says = _("Of {budget} USD {spent} are spent.").format(
        budget=money(sum(one["budget"] for one in rows)), spent=money(sum(one["spent"] for one in rows))
    )

    def draw(axes: Any) -> None:
        for place, one in enumerate(rows):
            axes.bar(place - 0.2, one["budget"] / _THOUSAND, 0.4, **filled("grey"))
            axes.bar(place + 0.2, one["spent"] / _THOUSAND, 0.4, **filled("blue"))
        axes.bar([0], [0], label=_("budget"), **filled("grey"))
        axes.bar([0], [0], label=_("spent"), **filled("blue"))
        axes.set_xticks(range(len(rows)), [str(one["year"]) for one in rows])
        axes.set_ylim(0, None)
        axes.set_ylabel(_("thousand USD"))
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2), ncols=2, fontsize=8)
        axes.grid(visible=False, axis="x")

    chart = Chart("budget", title, says, budget_cells(report), drawn("budget", title, says, 2.5, draw))
    return Section("money", title, (), [chart])


def _group_sections(report: Row) -> list[Section]:
    tables = [
        (name, group_cells(report[key]))
        for name, key in (
            (_("By country"), "by_country"),
            (_("By mineral; a site stands with each that it sells"), "by_mineral"),
        )
        if report[key]
    ]
    return [Section("groups", _("Where the money goes"), (), (), tables)] if tables else []
