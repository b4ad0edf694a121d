"""What stands on the page of a site, from the rows of its report: sentences, tables and charts in sections."""

from collections.abc import Sequence

from asmcarbon.messages import _, numeral
from asmcarbon.planning import sentences
from asmcarbon.reports.benefits import benefit_lines, work_lines
from asmcarbon.reports.financing import (
    financing_answer,
    lender_cells,
    sold_lines,
    source_of_money_cells,
    stress_cells,
    worth_caption,
)
from asmcarbon.reports.footprint_text import (
    boundary_sentence,
    comparison_sources,
    emits_sentence,
    intensity_cells,
    land_cells,
    land_lines,
    uncertainty_lines,
)
from asmcarbon.reports.frontier_text import frontier_caption, measure_cells, measures_title
from asmcarbon.reports.page import charts, frontier_charts, money_charts, power_charts
from asmcarbon.reports.page.charts import by_unit
from asmcarbon.reports.page.sections import Content, Section, Tile
from asmcarbon.reports.plan_text import (
    before_after_cells,
    money_cells,
    plan_answer,
    plan_limits,
    purchase_cells,
)
from asmcarbon.reports.quality import quality_lines
from asmcarbon.reports.rows import Row
from asmcarbon.reports.stages import new_cells, stages_answer, year_cells
from asmcarbon.reports.terminal import Cells, data_lines, money, over_text, provenance_line, told
from asmcarbon.vocabulary import word


def content_of(report: Row, frontier: Row | None, without_plan: str, without_frontier: str) -> Content:
    """Return what stands on the page of a footprint, of a plan, or of a plan over stages.

    frontier                        of the same site
    without_plan, without_frontier  why there is none, where it was asked for
    """
    footprint = report.get("footprint_today", report)
    plan = report if "purchases" in report else None
    stages = report if "stages" in report else None
    site = report["site"]
    sections: list[Section | None] = [_comparison_section(footprint)]
    if plan is not None:
        sections += [_plan_section(plan), _money_section(plan)]
    if stages is not None:
        sections += [_stages_section(stages), *_financing_sections(stages)]
    sections.append(_frontier_section(frontier, without_frontier))
    if without_plan:
        sections.append(Section("plan", _("No plan"), without_plan.splitlines()))
    sections += [_sources_section(footprint), _land_section(footprint), _benefit_section(report)]
    sections += [_data_section(footprint), _notes_section(report, footprint), _rows_section(footprint, report)]
    return Content(
        site["name"],
        _("{country}, {year}").format(country=site["country"], year=site["year"]),
        answer_of(footprint, plan, stages, without_plan),
        tiles_of(footprint, plan, stages),
        [one for one in sections if one is not None],
        provenance_line(report),
    )


def answer_of(footprint: Row, plan: Row | None, stages: Row | None, without_plan: str) -> list[str]:
    """Return the answer: what the site emits, beside large-scale mining, and what can be done."""
    found = [emits_sentence(footprint)]
    if beside := _beside_sentence(footprint):
        found.append(beside)
    if plan is not None:
        found.append(" ".join(plan_answer(plan)))
    elif stages is not None:
        found.append(" ".join(stages_answer(stages)[:2]))
    elif without_plan:
        found.append(_("There is no plan: see below."))
    return found


def _beside_sentence(footprint: Row) -> str:
    parts: list[str] = []
    for unit, rows in by_unit(footprint["comparisons"]).items():
        per = next(one["per"] for one in footprint["intensities"] if one["unit"] == unit)
        ratios = [one["ratio"] for one in rows]
        low, high = told(min(ratios), 2), told(max(ratios), 2)
        text = _("{low} to {high} times as much {per}") if low != high else _("{low} times as much {per}")
        parts.append(text.format(low=low, high=high, per=over_text(per)))
    if not parts:
        return ""
    text = _("Of what large-scale mining emits (scopes 1+2 of both) that is {parts}.")
    return text.format(parts=_(" and ").join(parts))


def tiles_of(footprint: Row, plan: Row | None, stages: Row | None) -> list[Tile]:
    """Return the figures of a site that are read at a glance."""
    by_total = [one for one in footprint["intensities"] if one["total"] == "scopes_1_2"]
    tiles: list[Tile] = []
    for one in by_total:
        if "troy oz" in one["per"] or one["per"] == "ore":
            continue
        beside = [row["large_scale"]["value"] for row in footprint["comparisons"] if row["site"]["unit"] == one["unit"]]
        text = _("scopes 1+2; large scale: {low} to {high}") if len(beside) > 1 else _("scopes 1+2; large scale: {low}")
        told_beside = text.format(low=told(min(beside)), high=told(max(beside))) if beside else _("scopes 1+2")
        tiles.append(Tile(over_text(one["per"]).capitalize(), told(one["value"]), one["unit"], told_beside))
    if plan is not None and plan["purchases"]:
        tiles.append(Tile(_("To invest"), money(plan["capital_cost"]), "USD"))
        tiles.append(Tile(_("Paid back in"), told(plan["payback_years"], 2), _("years")))
    if stages is not None:
        first = stages["stages"][0]
        tiles.append(Tile(_("To invest at first"), money(first["capital_cost"]), "USD"))
        if stages["net_present_value"] is not None:
            tiles.append(
                Tile(_("Worth today"), money(stages["net_present_value"]), "USD", _("beside going on as today"))
            )
    return tiles


def _comparison_section(footprint: Row) -> Section:
    paragraphs = [boundary_sentence(footprint)]
    if footprint["comparisons"]:
        paragraphs.append(comparison_sources(footprint))
        if footprint["land_use_change"] is not None:
            paragraphs.append(_("Land-use change is in neither: read it beside."))
    else:
        paragraphs.append(_("No figure of large-scale mining has the same product and boundary: none is compared."))
    return Section(
        "intensity",
        _("Per tonne and per job"),
        paragraphs,
        charts.comparison_charts(footprint),
        [(_("Totals, and what they are over"), intensity_cells(footprint))],
    )


def _plan_section(plan: Row) -> Section:
    shown = [charts.before_after_chart(plan), power_charts.supply_chart(plan), power_charts.week_chart(plan)]
    return Section(
        "plan",
        _("The plan"),
        plan_answer(plan),
        [one for one in shown if one is not None],
        [(_("What to build"), purchase_cells(plan)), (_("Emissions, scopes 1+2+3"), before_after_cells(plan))],
    )


def _money_section(plan: Row) -> Section:
    title = _("Money, {currency}").format(currency=plan["currency"])
    return Section(
        "money", title, (), [money_charts.cash_chart(plan)], [(_("What it costs and saves"), money_cells(plan))]
    )


def _stages_section(stages: Row) -> Section:
    shown = [charts.path_chart(stages), power_charts.stage_supply_chart(stages), money_charts.cash_chart(stages)]
    return Section(
        "plan",
        _("The plan, stage by stage"),
        stages_answer(stages),
        [one for one in shown if one is not None],
        [(_("What to build, and when"), new_cells(stages["stages"])), (_("A year of each stage"), year_cells(stages))],
    )


def _financing_sections(stages: Row) -> list[Section]:
    row = stages["financing"]
    if row is None:
        return []
    return [
        Section(
            "financing",
            _("Who pays"),
            [*financing_answer(row), worth_caption()],
            [money_charts.financed_chart(row)],
            [
                (_("Who pays, USD of the day"), source_of_money_cells(row)),
                (_("What a lender asks"), lender_cells(row)),
                (_("If a price changes and the plan is held"), stress_cells(row)),
            ],
            [line.strip() for line in sold_lines(row)] if row["sold"] else (),
        )
    ]


def _frontier_section(frontier: Row | None, without: str) -> Section | None:
    title = _("What fewer emissions cost")
    if frontier is None:
        return Section("frontier", title, without.splitlines()) if without else None
    shown = [frontier_charts.frontier_chart(frontier), frontier_charts.abatement_chart(frontier)]
    items, tables = frontier_caption(frontier), []
    if frontier["measures"]:
        cells, caption = measure_cells(frontier)
        items, tables = [*items, caption], [(measures_title(frontier), cells)]
    return Section("frontier", title, (), [one for one in shown if one is not None], tables, items)


def _sources_section(footprint: Row) -> Section:
    chart = charts.sources_chart(footprint)
    return Section(
        "sources",
        _("What emits"),
        _joined(uncertainty_lines(footprint)),
        [] if chart is None else [chart],
    )


def _land_section(footprint: Row) -> Section | None:
    cells = land_cells(footprint)
    if cells is None and footprint["removals"] is None:
        return None
    paragraphs = land_lines(footprint)
    if footprint["removals"] is not None:
        text = _("Removals, on their own: {value} tCO2e a year")
        paragraphs.append(text.format(value=told(footprint["removals"]["value"])))
    tables = [] if cells is None else [(_("Land-use change, on its own"), cells)]
    return Section("land", _("Land and removals"), paragraphs, (), tables)


def _benefit_section(report: Row) -> Section | None:
    if "benefits" in report:
        lines = benefit_lines(report["benefits"])
    elif "stages" in report:
        lines = work_lines(report["work"])
        for stage in report["stages"]:
            others = benefit_lines({**stage["benefits"], "work": {"once": 0.0, "yearly": 0.0}})
            lines += [f"{stage['year']}: {line.strip()}" for line in others]
    else:
        return None
    if not lines:
        return None
    title = _("Jobs, hectares, power for neighbours")
    return Section("benefits", title, (), (), (), [line.strip() for line in lines])


def _data_section(footprint: Row) -> Section:
    lines = [*data_lines(footprint["data"]), *quality_lines(footprint["data"]["quality"])]
    return Section("data", _("How good the data are"), _joined(lines))


def _joined(lines: Sequence[str]) -> list[str]:
    """Return lines for a terminal as paragraphs: a line that is indented goes on with the one before it."""
    found: list[str] = []
    for line in lines:
        if line.startswith(" ") and found:
            found[-1] += f" {line.strip()}"
        else:
            found.append(line.strip())
    return found


def _notes_section(report: Row, footprint: Row) -> Section:
    notes = list(footprint["notes"])
    if report is not footprint:
        notes += report["notes"]
        notes += plan_limits(report) if "purchases" in report else [sentences.as_assumed()]
    notes += [f"{one['source']}: {one['reason']}" for one in footprint["exclusions"]]
    return Section("notes", _("Read this before you sign"), (), (), (), list(dict.fromkeys(notes)))


def _rows_section(footprint: Row, report: Row) -> Section:
    rows = [[_("figure"), _("value"), _("source")]]
    seen: set[str] = set()
    for line in footprint["lines"]:
        for one in line["inputs"]:
            if one["key"] in seen:
                continue
            seen.add(one["key"])
            limits = f" ({numeral(one['low'], ',g')} … {numeral(one['high'], ',g')})" if "low" in one else ""
            unit = "" if one["unit"] == "1" else f" {one['unit']}"
            basis = "" if one["basis"] == "factor" else f"{word(one['basis'])}: "
            rows.append(
                [one["key"], f"{numeral(one['value'], ',g')}{limits}{unit}", f"{basis}{one['source']}".rstrip(": ")]
            )
    rows += [[one["name"], one["value"], one["source"]] for one in report.get("assumptions", ())]
    return Section("rows", _("What the figures rest on"), (), (), [(_("Every figure and its source"), Cells(rows))])
