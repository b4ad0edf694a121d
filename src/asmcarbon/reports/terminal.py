"""Results as text for a terminal, from the same rows that machines read."""

import re
from collections.abc import Iterable, Sequence
from math import floor, log10
from textwrap import wrap
from typing import Any

from asmcarbon.messages import _
from asmcarbon.reports.rows import Row

_BOUNDARIES = {
    "mine_gate": _("Account up to the mine gate, by {control}."),
    "processing_gate": _("Account up to the processing gate (doré, concentrate), by {control}."),
    "refined": _("Account up to the refined metal, by {control}."),
}


def told(value: float | None, digits: int = 3) -> str:
    """Return a number as people read it: three significant digits, thousands with a comma.

    >>> told(114090.9), told(0.95556), told(12.06)
    ('114,000', '0.956', '12.1')
    """
    if value is None:
        return "-"
    if abs(value) < 1e-9:  # what rounding left
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.{max(places, 0)}f}"


def money(value: float | None) -> str:
    """Return an amount of money to the unit."""
    return "-" if value is None else f"{value:,.0f}"


def table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Return rows as aligned lines; columns named in `right` are flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    flush = set(right)
    lines: list[str] = []
    for row in rows:
        cells = [
            cell.rjust(width) if n in flush else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def footprint_text(report: Row) -> str:
    """Return a footprint as a page of text."""
    site, totals = report["site"], report["totals"]
    lines = [
        f"{site['name']} ({site['country']}, {site['year']})",
        _BOUNDARIES[report["boundary"]].format(control=report["consolidation"].replace("_", " ")),
        _(
            "Emits {direct} tCO2e a year with fuel, explosives and electricity (scopes 1+2),"
            " {whole} with its supply chain (scopes 1+2+3)."
        ).format(direct=told(totals["scopes_1_2"]["value"]), whole=told(totals["scopes_1_2_3"]["value"])),
        *_market_lines(report),
        *_land_lines(report),
        "",
        *_intensity_lines(report),
        *_beside_lines(report),
        "",
        *_uncertainty_lines(report["uncertainty"]),
        "",
        _("By source, tCO2e a year"),
        *_source_lines(report),
    ]
    if report["comparisons"]:
        lines += ["", _("Beside large-scale mining, scopes 1+2 of both"), *_comparison_lines(report["comparisons"])]
        if report["land_use_change"] is not None:
            lines.append("  " + _("Land-use change is in neither: read it beside."))
    lines += ["", _("What the figures rest on"), *_factor_lines(report["lines"])]
    lines += ["", *data_lines(report["data"])]
    lines += ["", _("Notes"), *(f"  - {note}" for note in report["notes"])]
    if report["exclusions"]:
        lines += ["", _("Left out"), *(f"  - {one['source']}: {one['reason']}" for one in report["exclusions"])]
    lines += ["", provenance_line(report)]
    return "\n".join(lines) + "\n"


def _intensity_lines(report: Row) -> list[str]:
    by_name: dict[str, dict[str, Row]] = {}
    for one in report["intensities"]:
        by_name.setdefault(one["per"], {})[one["total"]] = one
    heads = {"scopes_1_2": _("scopes 1+2"), "scopes_1_2_3": _("scopes 1+2+3")}
    lines = _per_lines(report, by_name, {name: report["totals"][name] for name in heads}, heads)
    heads = {"land_use_change": _("this year's"), "land_use_change_amortised": _("20 years' mean")}
    land = {name: report[name] for name in heads if report[name] is not None}
    if land:
        lines += ["", _("Land-use change, on its own"), *_per_lines(report, by_name, land, heads)]
    if report["removals"] is not None:
        lines += ["", _("Removals, on their own: {value} tCO2e a year").format(value=told(report["removals"]["value"]))]
    return lines


def _beside_lines(report: Row) -> list[str]:
    texts = {"mercury": _("Mercury used: {value} kg a year"), "water": _("Water drawn: {value} m3 a year")}
    told_beside = [text.format(value=told(report[name]["value"])) for name, text in texts.items() if report[name]]
    return ["", *told_beside] if told_beside else []


def _per_lines(report: Row, by_name: dict[str, dict[str, Row]], totals: Row, heads: dict[str, str]) -> list[str]:
    """Return totals side by side, whole and over each denominator; one alone needs no head."""
    rows = [["", *(heads[name] for name in totals), ""]] if len(totals) > 1 else []
    rows.append([_("total"), *(told(total["value"]) for total in totals.values()), "tCO2e/year"])
    for name, found in by_name.items():
        unit = next(iter(found.values()))["unit"]
        rows.append([_per(name, report), *(told(found[total]["value"]) for total in totals), unit])
    return table(rows, right=range(1, len(totals) + 1))


def _market_lines(report: Row) -> list[str]:
    if report["scope_2_market_based"] is None:
        return []
    text = _("Scope 2 by contracts (market-based) is {market} tCO2e a year; the totals hold {location}, by location.")
    totals = report["scope_2_market_based"]["value"], report["totals"]["scope_2"]["value"]
    return [text.format(market=told(totals[0]), location=told(totals[1]))]


def _land_lines(report: Row) -> list[str]:
    if report["land_use_change"] is None:
        return []
    text = _("Land opened in the year loses {land} tCO2e more, told on its own.")
    return [text.format(land=told(report["land_use_change"]["value"]))]


def _per(name: str, report: Row) -> str:
    if name == "job":
        return _("per job ({jobs} full-time)").format(jobs=told(report["people"]["jobs"]["value"]))
    if name == "ore":
        return _("per tonne of ore")
    if name.endswith(" (troy oz)"):
        return _("per troy ounce of {product}").format(product=name.removesuffix(" (troy oz)"))
    text = _("per kilogram of {product}") if name in ("gold", "silver") else _("per tonne of {product}")
    return text.format(product=name)


def _uncertainty_lines(row: Row) -> list[str]:
    if row["relative_percent"] is None:
        return [_("No 95 % interval: no line has a range for each of its inputs.")]
    text = _("95 % interval: ± {relative:.0f} %, over the {covered:.0f} % of the total whose inputs all have a range.")
    return [text.format(relative=row["relative_percent"], covered=row["covered_percent"])]


def _source_lines(report: Row) -> list[str]:
    whole = report["totals"]["scopes_1_2_3"]["value"]
    sums: dict[tuple[int, str], float] = {}
    for line in (line for line in report["lines"] if line["account"] == "energy"):
        key = (line["scope"], line["label"])
        sums[key] = sums.get(key, 0.0) + line["co2e"]["value"] / 1000
    rows = [
        [_("scope {n}").format(n=scope), label, f"{value:,.2f}", f"{value / whole:.0%}" if whole else "-"]
        for (scope, label), value in sorted(sums.items(), key=lambda item: (item[0][0], -item[1]))
    ]
    return table(rows, right=(2, 3)) or ["  " + _("nothing: the site states no fuel, explosive or electricity")]


def _comparison_lines(comparisons: list[Row]) -> list[str]:
    rows = [["", _("this site"), _("large scale"), "", _("ratio")]]
    for one in comparisons:
        rows.append(
            [
                one["benchmark"],
                told(one["site"]["value"]),
                told(one["large_scale"]["value"]),
                one["site"]["unit"],
                _("{r} ×").format(r=told(one["ratio"], 2)),
            ]
        )
    sources = sorted({one["source"].split(",")[0] for one in comparisons})
    return [*table(rows, right=(1, 2, 4)), "  " + _("Sources: {sources}").format(sources="; ".join(sources))]


def _factor_lines(lines: list[Row]) -> list[str]:
    seen: dict[str, str] = {}
    for line in lines:
        for one in line["inputs"]:
            source = (
                one["source"] if one["basis"] == "factor" else ": ".join(filter(None, (one["basis"], one["source"])))
            )
            limits = f" ({one['low']:g}..{one['high']:g})" if "low" in one else ""
            seen.setdefault(one["key"], f"{one['value']:g}{limits} {one['unit']}  [{source}]")
    return [f"  {key}: {text}" for key, text in seen.items()]


def data_lines(row: Row) -> list[str]:
    """Return what stands behind a site's own figures."""
    text = _("The site's figures: {measured} measured, {sourced} sourced, {assumed} assumed.").format(**row)
    if not row["assumed_figures"]:
        return [text]
    figures = dict.fromkeys(re.sub(r"\.\d+\.", ".*.", path) for path in row["assumed_figures"])
    return [
        text,
        *wrap(
            _("Assumed: {figures}").format(figures=", ".join(figures)),
            116,
            initial_indent="  ",
            subsequent_indent="    ",
        ),
    ]


# What the sizes of a year with generators on and off are sought by.
_GAIN_UNITS = {"least_cost": "USD/year", "least_emissions": "kgCO2e/year", "most_jobs": "USD/year"}


def plan_text(report: Row) -> str:
    """Return a plan as a page of text: what to build, what it costs and saves, what it does to the footprint."""
    today, site = report["footprint_today"], report["site"]
    lines = [f"{site['name']} ({site['country']}, {site['year']})", *_answer(report), ""]
    lines += [_("What to build"), *_purchase_lines(report), ""]
    if report["bindings"]:
        lines += [_("What binds, whole decisions held"), *_binding_lines(report), ""]
    lines += [_("Money, {currency}").format(currency=report["currency"]), *_money_lines(report), ""]
    lines += [_("Emissions, scopes 1+2+3"), *_before_after_lines(report), ""]
    lines += [_("Electricity, kWh a year"), *_supply_lines(report), ""]
    lines += [_("Footprint today by source, tCO2e a year"), *_source_lines(today), ""]
    lines += [_("Assumed by asmcarbon, because the site does not say"), *assumption_lines(report), ""]
    lines += [*data_lines(today["data"]), ""]
    lines += [_("Read this before you sign"), *(f"  - {note}" for note in [*report["notes"], *_limits(report)]), ""]
    if report["dispatch_gap"] is not None:
        text = _(
            "Generators are switched on and off over all 8,760 hours; no dispatch of this equipment is more than"
            " {gap:.2%} cheaper."
        )
        lines += [text.format(gap=report["dispatch_gap"])]
    if report["resizing_gain"]:
        text = _("Sizes were changed for that year, which gains {gain} {unit} more.")
        lines += [text.format(gain=told(report["resizing_gain"]), unit=_GAIN_UNITS[report["objective"]])]
    if report["gap"] > 1e-6:
        text = _("No plan of what is offered is more than {gap:.3%} better")
        straight = _(", with generators that need not be on or off") if report["dispatch_gap"] is not None else ""
        lines += [text.format(gap=report["gap"]) + straight + "."]
    if report["certificate"] is not None:
        text = _(
            "Certified by HiGHS with all hours as one program: the same year at these sizes, and at most {less:.2f}"
            " {unit} less at sizes of its own."
        )
        less = max(report["certificate"]["found"] - report["certificate"]["least"], 0.0)
        lines += [text.format(less=less, unit=_GAIN_UNITS[report["objective"]])]
    lines += [
        _("Solved by {solver}, audited by the footprint calculator and the cash flow.").format(solver=report["solver"])
    ]
    lines += [provenance_line(report)]
    return "\n".join(lines) + "\n"


def _answer(report: Row) -> list[str]:
    emissions = [report[name]["totals"]["scopes_1_2_3"]["value"] for name in ("footprint_today", "footprint_plan")]
    saving = report["running_cost"]["today"] - report["running_cost"]["plan"]
    if not report["purchases"]:
        if saving <= 1e-6 * report["running_cost"]["today"]:
            return [_("Nothing that is offered pays: keep today's supply.")]
        lines = [
            _("Nothing to build; supplied as below, the site saves {saving} USD a year.").format(saving=money(saving))
        ]
    else:
        pays = _("Invest {capital} USD; save {saving} USD a year; paid back in {payback} years.")
        costs = _("Invest {capital} USD; it costs {more} USD a year more than today and is not paid back by savings.")
        parts = {"capital": money(report["capital_cost"]), "saving": money(saving), "more": money(-saving)}
        lines = [(pays if saving > 0 else costs).format(payback=told(report["payback_years"], 2), **parts)]
    change = emissions[1] / emissions[0] - 1 if emissions[0] else 0.0
    falls = _("Emissions fall from {before} to {after} tCO2e a year ({share:.0%} less).")
    rises = _("Emissions rise from {before} to {after} tCO2e a year ({share:.0%} more).")
    text = rises if change > 0 else falls
    lines.append(text.format(before=told(emissions[0]), after=told(emissions[1]), share=abs(change)))
    land = [
        one["land_use_change"] and one["land_use_change"]["value"]
        for one in (report["footprint_today"], report["footprint_plan"])
    ]
    if land[0]:
        text = _("Land-use change goes from {before} to {after} tCO2e a year.")
        lines.append(text.format(before=told(land[0]), after=told(land[1] or 0.0)))
    if report["retired_generators"]:
        lines.append(_("Given up: {names}.").format(names=", ".join(report["retired_generators"])))
    return lines


# Limits and gains in the amounts that people reckon in: how many of the row's unit, and in words.
_STEPS = {"USD": (1000.0, "1,000 USD"), "kgCO2e": (1000.0, "1 tCO2e"), "kWh": (100.0, "100 kWh")}
_GAINS = {"kgCO2e/year": (1000.0, "tCO2e/year")}


def _binding_lines(report: Row) -> list[str]:
    """Return what binds, and what one more of it gains, or costs where it is owed."""
    lines: list[str] = []
    gains = _("{name}: {step} more gains {worth} {unit}")
    costs = _("{name}: {step} more costs {worth} {unit}")
    for one in report["bindings"]:
        amount, step = _STEPS.get(one["unit"], (1.0, f"1 {one['unit']}"))
        divisor, unit = _GAINS.get(one["gains"], (1.0, one["gains"]))
        worth = told(abs(amount * one["worth"] / divisor))
        text = gains if one["worth"] > 0 else costs
        lines.append("  " + text.format(name=one["name"], step=step, worth=worth, unit=unit))
    return lines


def _purchase_lines(report: Row) -> list[str]:
    if not report["purchases"]:
        return ["  " + _("nothing")]
    rows = [["", _("size"), "", _("cost, USD"), _("life, years")]]
    for one in report["purchases"]:
        size = told(one["size"]) if one["unit"] != "-" else _share(one["size"])
        rows.append(
            [
                one["item"],
                size if one["kits"] is None else f"{one['kits']} × {one['kit_size']:g}",
                one["unit"].strip("-"),
                money(one["capital_cost"]),
                f"{one['lifetime_years']:g}",
            ]
        )
    rows.append([_("in all"), "", "", money(report["capital_cost"]), ""])
    return table(rows, right=(1, 3, 4))


def _share(size: float) -> str:
    return _("yes") if size > 0.999 else f"{size:.0%}"


def _money_lines(report: Row) -> list[str]:
    def pair(name: str) -> list[str]:
        return [money(report[name]["today"]), money(report[name]["plan"])]

    levelised = report["levelised_cost_per_kwh"]
    years, rate = report["horizon_years"], report["discount_rate"]
    rows = [
        ["", _("today"), _("plan")],
        [_("running cost a year"), *pair("running_cost")],
        [_("annual cost, capital as annuities"), *pair("annual_cost")],
        [
            _("net present cost, {years} years at {rate:.3g} %").format(years=years, rate=100 * rate),
            *pair("net_present_cost"),
        ],
        [_("cost of a kWh"), told(levelised["today"]), told(levelised["plan"])],
        [_("net present value of the plan"), "", money(report["net_present_value"])],
        [
            _("payback, years (discounted)"),
            "",
            f"{told(report['payback_years'], 2)} ({told(report['discounted_payback_years'], 2)})",
        ],
        [_tonne_label(report), "", _per_tonne(report["cost_per_tonne_avoided"])],
    ]
    return table(rows, right=(1, 2))


def _tonne_label(report: Row) -> str:
    land = report["avoided_land_use_change"]["value"]
    return _("cost of a tonne avoided, land included") if land else _("cost of a tonne avoided")


def _per_tonne(cost: float | None) -> str:
    if cost is None:
        return "-"
    return _("{cost} USD/tCO2e").format(cost=money(cost))


def _before_after_lines(report: Row) -> list[str]:
    today, planned = report["footprint_today"], report["footprint_plan"]
    rows = [["", _("today"), _("plan"), ""]]
    totals = [one["totals"]["scopes_1_2_3"]["value"] for one in (today, planned)]
    rows.append([_("total"), told(totals[0]), told(totals[1]), "tCO2e/year"])
    after = {one["per"]: one for one in planned["intensities"] if one["total"] == "scopes_1_2_3"}
    for one in today["intensities"]:
        if one["total"] == "scopes_1_2_3":
            rows.append([_per(one["per"], today), told(one["value"]), told(after[one["per"]]["value"]), one["unit"]])
    mercury = report["mercury_kg"]
    if mercury is not None:
        rows.append([_("mercury used"), told(mercury["today"]), told(mercury["plan"]), "kg/year"])
    for name, account in (
        ("land_use_change", _("land-use change, on its own")),
        ("removals", _("removals, on their own")),
    ):
        pair = [one[name] and one[name]["value"] for one in (today, planned)]
        if any(pair):
            rows.append([account, *(told(value or 0.0) for value in pair), "tCO2e/year"])
    return table(rows, right=(1, 2))


def _supply_lines(report: Row) -> list[str]:
    names = {
        "solar": _("solar, used"),
        "generators": _("generators"),
        "grid": _("grid"),
        "unserved": _("not served"),
        "battery_losses": _("lost in the battery"),
        "solar_sold": _("solar, sold to the grid"),
        "solar_curtailed": _("solar, not usable"),
        "generators_dumped": _("generators, thrown away to keep their minimum load"),
    }
    rows = [["", _("today"), _("plan")]]
    for key, name in names.items():
        pair = [report["supply_kwh"][when][key] for when in ("today", "plan")]
        if any(abs(value) > 0.5 for value in pair):
            rows.append([name, money(pair[0]), money(pair[1])])
    if report["battery_cycles_a_year"] is not None:
        rows.append([_("full cycles of the battery"), "", told(report["battery_cycles_a_year"])])
    for fuel in sorted({*report["fuel_l"]["today"], *report["fuel_l"]["plan"]}):
        pair = [report["fuel_l"][when].get(fuel, 0.0) for when in ("today", "plan")]
        rows.append([_("{fuel} in generators, L").format(fuel=fuel), money(pair[0]), money(pair[1])])
    return table(rows, right=(1, 2))


def assumption_lines(report: Row) -> list[str]:
    """Return the figures that a plan took from the tables, each with its source."""
    return [f"  {one['name']}: {one['value']}  [{one['source']}]" for one in report["assumptions"]] or [
        "  " + _("nothing")
    ]


def _limits(report: Row) -> list[str]:
    linear = _("generators are a straight line, without minimum load or idling fuel, as the site gives no fuel curve")
    unreserved = _(
        "one year of 8,760 hours, with foresight and without reserve or ageing: take the sizes as a first offer"
    )
    reserved = _("one year of 8,760 hours, with foresight and without ageing: take the sizes as a first offer")
    short = report["short_reserve_hours"]
    reserve = _("in {hours} hours less stands ready than options.adequacy asks of each hour").format(hours=short)
    return [
        *([reserve] if short else []),
        *([linear] if report["dispatch_gap"] is None and report["fuel_l"]["plan"] else []),
        reserved if report["standing_ready_kw"] is not None else unreserved,
        _("every datum that the site marks 'assumed', or does not mark, is as good as the assumption"),
    ]


def provenance_line(report: Row) -> str:
    """Return what makes a report repeatable."""
    text = _("asmcarbon {version}, factors {release}, GWP100 of {gwp}, input {digest}")
    digest = report["input_sha256"][:12]
    return text.format(
        version=report["asmcarbon"], release=report["factor_release"], gwp=report["gwp_set"], digest=digest
    )


def factor_text(row: Any) -> str:
    """Return one factor with all that is known about it."""
    return "\n".join(table([[name, "" if value is None else str(value)] for name, value in row.items()])) + "\n"
