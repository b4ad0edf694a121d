"""A plan as a page of text for a terminal."""

from asmcarbon.messages import _, numeral
from asmcarbon.planning import sentences
from asmcarbon.reports.benefits import benefit_lines
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import (
    Cells,
    assumption_lines,
    data_lines,
    money,
    per_text,
    provenance_line,
    source_cells,
    told,
)
from asmcarbon.vocabulary import word

# What the sizes of a year with generators on and off are sought by.
_GAIN_UNITS = {"least_cost": "USD/year", "least_emissions": "kgCO2e/year", "most_jobs": "USD/year"}


def plan_text(report: Row) -> str:
    """Return a plan as a page of text: what to build, what it costs and saves, what it does to the footprint."""
    today, site = report["footprint_today"], report["site"]
    lines = [f"{site['name']} ({site['country']}, {site['year']})", *plan_answer(report), ""]
    lines += [_("What to build"), *purchase_cells(report).lines(), ""]
    if report["bindings"]:
        lines += [_("What binds, whole decisions held"), *_binding_lines(report), ""]
    lines += [_("Money, {currency}").format(currency=report["currency"]), *money_cells(report).lines(), ""]
    lines += [_("Emissions, scopes 1+2+3"), *before_after_cells(report).lines(), ""]
    if benefits := benefit_lines(report["benefits"]):
        lines += [_("Benefits"), *benefits, ""]
    lines += [_("Electricity, kWh a year"), *supply_cells(report).lines(), ""]
    lines += [_("Footprint today by source, tCO2e a year"), *source_cells(today).lines(), ""]
    lines += [_("Assumed by asmcarbon, because the site does not say"), *assumption_lines(report), ""]
    lines += [*data_lines(today["data"]), ""]
    lines += [_("Read this before you sign"), *(f"  - {note}" for note in [*report["notes"], *plan_limits(report)]), ""]
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
            "Certified by HiGHS with all hours as one program: the same year at these sizes, and at most {less:,.2f}"
            " {unit} less at sizes of its own."
        )
        less = max(report["certificate"]["found"] - report["certificate"]["least"], 0.0)
        lines += [text.format(less=less, unit=_GAIN_UNITS[report["objective"]])]
    lines += [
        _("Solved by {solver}, audited by the footprint calculator and the cash flow.").format(solver=report["solver"])
    ]
    lines += [provenance_line(report)]
    return "\n".join(lines) + "\n"


def plan_answer(report: Row) -> list[str]:
    """Return what a plan comes to, in a few sentences."""
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


def purchase_cells(report: Row) -> Cells:
    """Return what is to be built."""
    if not report["purchases"]:
        return Cells([[_("nothing")]], is_headed=False)
    rows = [["", _("size"), "", _("cost, USD"), _("life, years")]]
    for one in report["purchases"]:
        size = told(one["size"]) if one["unit"] != "-" else _share(one["size"])
        rows.append(
            [
                word(one["item"]),
                size if one["kits"] is None else f"{one['kits']} × {numeral(one['kit_size'], ',g')}",
                one["unit"].strip("-"),
                money(one["capital_cost"]),
                numeral(one["lifetime_years"], ",g"),
            ]
        )
    rows.append([_("in all"), "", "", money(report["capital_cost"]), ""])
    return Cells(rows, (1, 3, 4))


def _share(size: float) -> str:
    return _("yes") if size > 0.999 else numeral(size, ".0%")


def money_cells(report: Row) -> Cells:
    """Return what a plan costs and saves, beside today."""

    def pair(name: str) -> list[str]:
        return [money(report[name]["today"]), money(report[name]["plan"])]

    levelised = report["levelised_cost_per_kwh"]
    years, rate = report["horizon_years"], report["discount_rate"]
    rows = [
        ["", _("today"), _("plan")],
        [_("running cost a year"), *pair("running_cost")],
        [_("annual cost, capital as annuities"), *pair("annual_cost")],
        [
            _("net present cost, {years} years at {rate:,.3g} %").format(years=years, rate=100 * rate),
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
    return Cells(rows, (1, 2))


def _tonne_label(report: Row) -> str:
    land = report["avoided_land_use_change"]["value"]
    return _("cost of a tonne avoided, land included") if land else _("cost of a tonne avoided")


def _per_tonne(cost: float | None) -> str:
    if cost is None:
        return "-"
    return _("{cost} USD/tCO2e").format(cost=money(cost))


def before_after_cells(report: Row) -> Cells:
    """Return the footprint of today and of the plan, whole and over what the site makes."""
    today, planned = report["footprint_today"], report["footprint_plan"]
    rows = [["", _("today"), _("plan"), ""]]
    totals = [one["totals"]["scopes_1_2_3"]["value"] for one in (today, planned)]
    rows.append([_("total"), told(totals[0]), told(totals[1]), "tCO2e/year"])
    after = {one["per"]: one for one in planned["intensities"] if one["total"] == "scopes_1_2_3"}
    for one in today["intensities"]:
        if one["total"] == "scopes_1_2_3":
            rows.append(
                [per_text(one["per"], today), told(one["value"]), told(after[one["per"]]["value"]), one["unit"]]
            )
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
    return Cells(rows, (1, 2))


def supply_cells(report: Row) -> Cells:
    """Return where electricity comes from and goes, today and by the plan."""
    names = {
        "solar": _("solar, used"),
        "generators": _("generators"),
        "grid": _("grid"),
        "unserved": _("not served"),
        "battery_losses": _("lost in the battery"),
        "solar_sold": _("solar, sold"),
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
    return Cells(rows, (1, 2))


def plan_limits(report: Row) -> list[str]:
    """Return what whoever signs should know of how a plan was found."""
    unreserved = _(
        "one year of 8,760 hours, with foresight and without reserve or ageing: take the sizes as a first offer"
    )
    reserved = _("one year of 8,760 hours, with foresight and without ageing: take the sizes as a first offer")
    short = report["short_reserve_hours"]
    reserve = _("in {hours} hours less stands ready than options.adequacy asks of each hour").format(hours=short)
    return [
        *([reserve] if short else []),
        *([sentences.straight_line()] if report["dispatch_gap"] is None and report["fuel_l"]["plan"] else []),
        reserved if report["standing_ready_kw"] is not None else unreserved,
        sentences.as_assumed(),
    ]
