"""A site's results as a workbook to check: every line and its factor, every figure and its source, the plan's money."""

from typing import Any

from asmcarbon.exchange.plan_sheets import frontier_sheet, plan_sheets
from asmcarbon.exchange.sheets import Column, Formula, Sheet, Shown, Table, workbook_of
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.footprint_text import boundary_sentence, emits_sentence, land_lines, uncertainty_lines
from asmcarbon.reports.plan_text import plan_answer
from asmcarbon.reports.rows import Row, factor_row
from asmcarbon.reports.stages import stages_answer
from asmcarbon.reports.terminal import over_text, provenance_line
from asmcarbon.site.data import data_of
from asmcarbon.site.site import Site
from asmcarbon.units import text_of, text_of_unit


def results_workbook(
    site: Site, report: Row, tables: FactorTables, *, frontier: Row | None = None, without_plan: str = ""
) -> bytes:
    """Return the results of a site as a workbook.

    report        of a footprint, of a plan, or of a plan over stages
    frontier      of the same site
    without_plan  why there is no plan, where one was asked for
    """
    footprint = report.get("footprint_today", report)
    lines = [*footprint["lines"], *report.get("footprint_plan", {"lines": []})["lines"]]
    sheets = [_summary_sheet(report, footprint, without_plan)]
    sheets += plan_sheets(report)
    sheets += [frontier_sheet(frontier)] if frontier is not None else []
    sheets.append(_lines_sheet(_("Lines"), _("Every line of the footprint"), footprint))
    if "footprint_plan" in report:
        sheets.append(_lines_sheet(_("Lines with plan"), _("Every line, as the plan has it"), report["footprint_plan"]))
    sheets += [_figures_sheet(site), _sources_sheet(lines, footprint["comparisons"], tables)]
    sheets.append(_assumptions_sheet(site, report, footprint))
    return workbook_of(sheets)


def _totals() -> dict[str, str]:
    return {
        "scope_1": _("scope 1"), "scope_2": _("scope 2"), "scope_3": _("scope 3"), "scopes_1_2": _("scopes 1+2"),
        "scopes_1_2_3": _("scopes 1+2+3"),
    }  # fmt: skip


def _accounts() -> dict[str, str]:
    return {
        "scope_2_market_based": _("scope 2 by contracts, told beside"),
        "land_use_change": _("land-use change, on its own"),
        "land_use_change_amortised": _("land-use change, mean of 20 years"),
        "drained_peat": _("drained peat, in land-use change"),
        "removals": _("removals, on their own"),
    }


def _summary_sheet(report: Row, footprint: Row, without_plan: str) -> Sheet:
    site = report["site"]
    said = [f"{site['country']}, {site['year']}", boundary_sentence(footprint), emits_sentence(footprint)]
    said += land_lines(footprint)
    if "purchases" in report:
        said += plan_answer(report)
    elif "stages" in report:
        said += stages_answer(report)
    elif without_plan:
        said += [_("There is no plan:"), *without_plan.splitlines()]
    for line in uncertainty_lines(footprint):
        if line.startswith(" "):  # goes on with what stands before it
            said[-1] += f" {line.strip()}"
        else:
            said.append(line)
    said.append(provenance_line(report))
    tables = [_totals_table(footprint), _intensities_table(report, footprint)]
    if footprint["comparisons"]:
        tables.append(_comparisons_table(footprint))
    return Sheet(_("Summary"), site["name"], said, tables)


def _totals_table(footprint: Row) -> Table:
    """Return the totals; those of scopes add up the lines where these stand."""
    rows: list[list[Any]] = []
    for name, title in _totals().items():
        value = footprint["totals"][name]["value"]
        scopes = [int(one) for one in name.split("_")[1:]]
        parts = "+".join(
            f"SUMIFS('{_('Lines')}'!$H:$H,'{_('Lines')}'!$C:$C,{scope},'{_('Lines')}'!$D:$D,\"energy\")"
            for scope in scopes
        )
        interval = (footprint["uncertainty"].get(name) or {}).get("relative_percent")
        rows.append([title, Formula(f"=({parts})/1000", value), "tCO2e/year", _share(interval)])
    for name, title in _accounts().items():
        if footprint[name] is not None:
            interval = (footprint["uncertainty"].get(name) or {}).get("relative_percent")
            rows.append([title, footprint[name]["value"], footprint[name]["unit"], _share(interval)])
    for name, title in (("mercury", _("mercury used")), ("water", _("water drawn"))):
        if footprint[name] is not None:
            rows.append([title, footprint[name]["value"], footprint[name]["unit"], None])
    people = footprint["people"]
    for title, value, unit in (
        (_("people who work there"), people["workers"], "person"),
        (_("jobs, full-time equivalents"), (people["jobs"] or {}).get("value"), "job"),
    ):
        if value is not None:
            rows.append([title, Shown(value, "general"), unit, None])
    columns = (Column("", width=52), Column(_("value"), "number"), Column(_("unit"), width=16), _interval())
    return Table(_("Totals of a year"), columns, rows)


def _interval() -> Column:
    return Column(_("95 % interval, ±"), "share", 12)


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _intensities_table(report: Row, footprint: Row) -> Table:
    """Return each total over what the site makes, with the plan beside it."""
    names = {**_totals(), **_accounts()}
    planned = report.get("footprint_plan")
    after = {(one["total"], one["per"]): one["value"] for one in planned["intensities"]} if planned else {}
    rows: list[list[Any]] = []
    for one in footprint["intensities"]:
        title = _("{total}, {per}").format(total=names.get(one["total"], one["total"]), per=over_text(one["per"]))
        row = [title, one["value"], one["unit"], _share(one["relative_percent"])]
        rows.append([*row, after.get((one["total"], one["per"]))] if planned else row)
    columns = [Column("", width=52), Column(_("value"), "precise"), Column(_("unit"), width=16), _interval()]
    columns += [Column(_("with the plan"), "precise")] if planned else []
    return Table(_("Over what it makes and gives work to"), columns, rows)


def _comparisons_table(footprint: Row) -> Table:
    rows = [
        [
            one["benchmark"], one["site"]["value"], one["site"]["unit"], None, one["large_scale"]["value"],
            one["ratio"], one["factor_id"],
        ]
        for one in footprint["comparisons"]
    ]  # fmt: skip
    columns = (
        Column("", width=52), Column(_("this site"), "precise"), Column(_("unit"), width=16), Column("", width=12),
        Column(_("large scale"), "precise"), Column(_("ratio"), "precise", 10), Column(_("factor"), width=58),
    )  # fmt: skip
    return Table(_("Beside large-scale mining, scopes 1+2 of both"), columns, rows)


def _lines_sheet(name: str, title: str, footprint: Row) -> Sheet:
    rows = [
        [
            one["source"], one["label"], one["scope"], one["account"], one["gas"], one["emission"]["value"],
            one["emission"]["unit"], one["co2e"]["value"], _share(one["uncertainty_percent"]), one["factor_id"],
            one["factor_source"], one["release"], one["gwp_set"], one["substituted"], one["includes_upstream"],
            "; ".join(one["notes"]),
        ]
        for one in footprint["lines"]
    ]  # fmt: skip
    columns = (
        Column(_("stated at"), width=26), Column(_("what"), width=28), Column(_("scope"), "whole", 7),
        Column(_("account"), width=12), Column(_("gas"), width=7), Column(_("emission"), "number", 13),
        Column(_("unit"), width=13), Column(_("kgCO2e/year"), "number", 13), _interval(),
        Column(_("factor"), width=38), Column(_("source of the factor"), width=60), Column(_("release"), width=9),
        Column(_("GWP100 of"), width=9), Column(_("world average instead"), width=9),
        Column(_("includes upstream"), width=10), Column(_("notes"), width=40),
    )  # fmt: skip
    return Sheet(name, title, (), [Table("", columns, rows)])


def _figures_sheet(site: Site) -> Sheet:
    rows: list[list[Any]] = []
    for path, datum in data_of(site):
        unit = datum.quantity.units
        limits = [None if one is None else float(one.m_as(unit)) for one in (datum.low, datum.high)]
        value = float(datum.quantity.magnitude)
        rows.append([path, value, text_of_unit(datum.quantity), *limits, datum.basis, datum.source])
    columns = (
        Column(_("key"), width=44), Column(_("value"), "general"), Column(_("unit"), width=16),
        Column(_("low"), "general"), Column(_("high"), "general"), Column(_("basis"), width=12),
        Column(_("source"), width=70),
    )  # fmt: skip
    return Sheet(_("Figures"), _("The site's own figures"), (), [Table("", columns, rows)])


def _sources_sheet(lines: list[Row], comparisons: list[Row], tables: FactorTables) -> Sheet:
    used = [one["key"] for line in lines for one in line["inputs"] if one["basis"] == "factor"]
    used += [line["factor_id"] for line in lines] + [one["factor_id"] for one in comparisons]
    rows: list[list[Any]] = []
    for name in sorted(set(used) & tables.by_id.keys()):
        one = factor_row(tables.by_id[name], tables)
        rows.append(
            [
                name, one["value"], one["unit"], one["low"], one["high"], one["region"], one["valid_from"],
                one["valid_to"], one["gwp_set"], one["source"], one["locator"], one["url"], one["licence"],
                one["checked"],
            ]
        )  # fmt: skip
    columns = (
        Column(_("factor"), width=46), Column(_("value"), "general", 12), Column(_("unit"), width=16),
        Column(_("low"), "general", 10), Column(_("high"), "general", 10), Column(_("region"), width=9),
        Column(_("from"), "whole", 7), Column(_("until"), "whole", 7), Column(_("GWP100 of"), width=9),
        Column(_("source"), width=70), Column(_("where in it"), width=36), Column(_("address"), width=40),
        Column(_("licence"), width=24), Column(_("checked"), width=14),
    )  # fmt: skip
    said = [_("Every row of the factor tables that a line above was computed from, or is set beside.")]
    return Sheet(_("Sources"), _("Factors and their sources"), said, [Table("", columns, rows)])


def _assumptions_sheet(site: Site, report: Row, footprint: Row) -> Sheet:
    notes = [*(report["notes"] if report is not footprint else []), *footprint["notes"]]
    columns = (Column("", width=52), Column(_("value"), width=20), Column(_("source"), width=80))
    taken = [[one["name"], one["value"], one["source"]] for one in report.get("assumptions", [])]
    assumed = [
        [path, text_of(datum.quantity), datum.source] for path, datum in data_of(site) if datum.basis == "assumed"
    ]
    left_out = [[one["source"], None, one["reason"]] for one in footprint["exclusions"]]
    tables = [
        Table(_("Assumed by asmcarbon, because the site does not say"), columns, taken),
        Table(_("Assumed by the site"), columns, assumed),
        Table(_("Left out of the account"), columns, left_out),
    ]
    return Sheet(_("Assumptions"), _("What the results rest on"), notes, [one for one in tables if one.rows])
