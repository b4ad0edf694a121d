"""The sheets of a plan: what to build, its money by year in formulas to follow, what fewer emissions cost."""

from collections.abc import Sequence
from typing import Any

from asmcarbon.exchange.sheets import Column, Formula, Sheet, Table
from asmcarbon.messages import _
from asmcarbon.reports.financing import financing_answer, worth_caption
from asmcarbon.reports.frontier_text import frontier_caption, frontier_headline
from asmcarbon.reports.plan_text import plan_answer
from asmcarbon.reports.rows import Row
from asmcarbon.reports.stages import stages_answer

# Less of anything is the solver's remainder and not worth a line.
_LEAST_TOLD = 0.005


def _supply() -> dict[str, str]:
    return {
        "solar": _("solar, used"), "generators": _("generators"), "grid": _("grid"), "unserved": _("not served"),
        "battery_losses": _("lost in the battery"), "solar_sold": _("solar, sold"),
        "solar_curtailed": _("solar, not usable"),
        "generators_dumped": _("generators, thrown away to keep their minimum load"),
    }  # fmt: skip


def plan_sheets(report: Row) -> list[Sheet]:
    """Return the sheets of a plan, of a year or over stages; none for a footprint."""
    if "purchases" in report:
        return [_plan_sheet(report), _cash_sheet(report)]
    if "stages" in report:
        return [_stages_sheet(report), *_financing_sheets(report), _cash_sheet(report)]
    return []


def _plan_sheet(report: Row) -> Sheet:
    bought = report["purchases"]
    rows = [
        [one["item"], _size(one), one["unit"].strip("-"), one["kits"], one["capital_cost"], one["operation_cost"],
         one["lifetime_years"]]
        for one in bought
    ]  # fmt: skip
    columns = (
        Column(_("item"), width=50), Column(_("size"), "number"), Column(_("unit"), width=12),
        Column(_("kits"), "whole"), Column(_("to invest, USD"), "money", 16, is_added=True),
        Column(_("upkeep, USD/year"), "money", 18, is_added=True), Column(_("life, years"), "whole"),
    )  # fmt: skip
    tables = [
        Table(_("What to build"), columns, rows),
        Table(_("Money"), _beside(_("USD, but for what says another unit")), _money_rows(report)),
        Table(_("Electricity, kWh a year"), _beside(""), _supply_rows(report)),
        Table(_("Emissions, tCO2e a year"), _beside(""), _emission_rows(report)),
    ]
    return Sheet(_("Plan"), _("The plan"), plan_answer(report), [one for one in tables if one.rows])


def _size(one: Row) -> Any:
    """Return the size of what is bought; of what is there or not, that it is."""
    return _("yes") if one["unit"] == "-" and one["size"] > 0.999 else one["size"]


def _beside(title: str) -> tuple[Column, ...]:
    return Column(title, width=50), Column(_("today"), "number"), Column("", width=12), Column(_("plan"), "number")


def _pairs(row: Row, names: dict[str, str], unit: str) -> list[list[Any]]:
    """Return figures of today and of the plan, with the unit of both between them."""
    return [[title, row[name]["today"], unit, row[name]["plan"]] for name, title in names.items()]


def _money_rows(report: Row) -> list[list[Any]]:
    years, rate = report["horizon_years"], report["discount_rate"]
    present = _("net present cost, {years} years at {rate:.3g} %").format(years=years, rate=100 * rate)
    names = {
        "running_cost": _("running cost a year"), "annual_cost": _("annual cost, capital as annuities"),
        "net_present_cost": present,
    }  # fmt: skip
    rows = _pairs(report, names, "USD")
    rows += _pairs(report, {"levelised_cost_per_kwh": _("cost of a kWh")}, "USD/kWh")
    alone = (
        ("net_present_value", _("net present value of the plan"), "USD"),
        ("payback_years", _("payback"), _("years")),
        ("discounted_payback_years", _("payback, discounted"), _("years")),
        ("cost_per_tonne_avoided", _("cost of a tonne avoided"), "USD/tCO2e"),
    )
    return rows + [[title, None, unit, report[name]] for name, title, unit in alone]


def _supply_rows(report: Row) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for name, title in _supply().items():
        pair = [report["supply_kwh"][when][name] for when in ("today", "plan")]
        if any(abs(value) > 0.5 for value in pair):
            rows.append([title, pair[0], "kWh", pair[1]])
    for fuel in sorted({*report["fuel_l"]["today"], *report["fuel_l"]["plan"]}):
        pair = [report["fuel_l"][when].get(fuel, 0.0) for when in ("today", "plan")]
        rows.append([_("{fuel} in generators").format(fuel=fuel), pair[0], "L", pair[1]])
    return rows


def _emission_rows(report: Row) -> list[list[Any]]:
    today, planned = report["footprint_today"], report["footprint_plan"]
    names = {
        "scope_1": _("scope 1"), "scope_2": _("scope 2"), "scope_3": _("scope 3"), "scopes_1_2_3": _("scopes 1+2+3"),
    }  # fmt: skip
    rows = [
        [title, today["totals"][name]["value"], "tCO2e", planned["totals"][name]["value"]]
        for name, title in names.items()
    ]
    for name, title in (
        ("land_use_change", _("land-use change, on its own")),
        ("removals", _("removals, on their own")),
    ):
        pair = [(one[name] or {"value": 0.0})["value"] for one in (today, planned)]
        if any(pair):
            rows.append([title, pair[0], "tCO2e", pair[1]])
    return rows


def _stages_sheet(report: Row) -> Sheet:
    bought = [
        [one["item"], one["unit"].strip("-"), stage["year"], _size(one), one["kits"], one["capital_cost"],
         one["lifetime_years"]]
        for stage in report["stages"]
        for one in stage["new"]
        if one["size"] >= _LEAST_TOLD
    ]  # fmt: skip
    columns = (
        Column(_("item"), width=48), Column(_("unit"), width=12), Column(_("year"), "whole"),
        Column(_("size"), "number"), Column(_("kits"), "whole"),
        Column(_("to invest, USD"), "money", 16, is_added=True), Column(_("life, years"), "whole"),
    )  # fmt: skip
    tables = [Table(_("What to build, and when"), columns, bought), _years_table(report)]
    return Sheet(_("Plan"), _("The plan, stage by stage"), stages_answer(report), [one for one in tables if one.rows])


def _years_table(report: Row) -> Table:
    """Return a year of each stage beside today, a column each."""
    stages, today, before = report["stages"], report["today"], report["footprint_today"]
    rows: list[list[Any]] = [
        [_("running cost"), "USD", today["running_cost"], *(one["running_cost"] for one in stages)],
        [_("running cost, going on as today"), "USD", None, *(one["running_cost_as_today"] for one in stages)],
        [_("annual cost, capital as annuities"), "USD", None, *(one["annual_cost"] for one in stages)],
        [_("load"), "kWh", None, *(one["load_kwh"] for one in stages)],
    ]
    for name, title in _supply().items():
        values = [one["supply_kwh"][name] for one in (today, *stages)]
        if any(abs(value) > 0.5 for value in values):
            rows.append([title, "kWh", *values])
    for fuel in sorted({name for one in (today, *stages) for name in one["fuel_l"]}):
        text = _("{fuel} in generators").format(fuel=fuel)
        rows.append([text, "L", *(one["fuel_l"].get(fuel, 0.0) for one in (today, *stages))])
    land = before["land_use_change"]
    gross = before["totals"]["scopes_1_2"]["value"] + (land["value"] if land is not None else 0.0)
    rows.append([_("gross emissions"), "tCO2e", gross, *(one["gross_emissions"]["value"] for one in stages)])
    caps = [None if one["emissions_cap"] is None else one["emissions_cap"]["value"] for one in stages]
    if any(cap is not None for cap in caps):
        rows.append([_("cap on them"), "tCO2e", None, *caps])
    totals = [one["totals"]["scopes_1_2_3"]["value"] for one in (before, *stages)]
    rows.append([_("scopes 1+2+3"), "tCO2e", *totals])
    columns = [Column("", width=48), Column(_("unit"), width=12), Column(_("today"), "number", 14)]
    columns += [Column(str(one["year"]), "number", 14) for one in stages]
    return Table(_("A year of each stage"), columns, rows)


def _cash_sheet(report: Row) -> Sheet:
    """Return the cash of each year in real money; its sums are formulas that can be followed."""
    compared = all(one["running_today"] is not None for one in report["cash_flow"])
    present, so_far = 0.0, 0.0
    rows: list[list[Any]] = []
    for one in report["cash_flow"]:
        factor = (1 + report["discount_rate"]) ** -one["year"]
        row = [one["year"], one["capital"], one["running"], one["residual"],
               Formula("=B{row}+C{row}+D{row}", one["cost"]),
               Formula("=1/(1+discount_rate)^A{row}", factor),
               Formula("=E{row}*F{row}", one["cost"] * factor)]  # fmt: skip
        if compared:
            present, so_far = one["saving"] * factor, so_far + one["saving"] * factor
            row += [one["running_today"], Formula("=H{row}-E{row}", one["saving"]),
                    Formula("=I{row}*F{row}", present), Formula("=SUM(J{first}:J{row})", so_far)]  # fmt: skip
        rows.append(row)
    columns = [
        Column(_("end of year"), "whole", 26), Column(_("to invest"), "money", is_added=True),
        Column(_("to run"), "money", is_added=True), Column(_("left over"), "money", is_added=True),
        Column(_("in all"), "money", is_added=True), Column(_("discount factor"), "precise", 12),
        Column(_("in all, discounted"), "money", is_added=True),
    ]  # fmt: skip
    if compared:
        columns += [
            Column(_("to run, as today"), "money", is_added=True), Column(_("saved"), "money", is_added=True),
            Column(_("saved, discounted"), "money", is_added=True), Column(_("so far"), "money"),
        ]  # fmt: skip
    said = [
        _("USD of the first day, before any product pays. Year 0 is that day."),
        _("What is left over, taken off the costs, is what the equipment is worth at the end."),
    ]
    terms = Table(
        _("Terms"),
        (Column("", width=26), Column(_("a year"), "share")),
        [[_("discount rate, real"), report["discount_rate"]]],
        {"discount_rate": (0, 1)},
    )
    tables = [terms, Table(_("Cash of each year"), columns, rows)]
    return Sheet(_("Cash flow"), _("Cash flow"), said, tables)


def _financing_sheets(report: Row) -> list[Sheet]:
    row = report["financing"]
    if row is None:
        return []
    said = [*financing_answer(row), worth_caption()]
    paid = Sheet(_("Who pays"), _("Who pays"), said, [_money_sources(row), _stress_table(row)])
    return [paid, _financed_sheet(row)]


def _money_sources(row: Row) -> Table:
    starts = [stage["year"] for stage in row["sources"][0]["stages"]]
    rows: list[list[Any]] = []
    for one in row["sources"]:
        paid = [sum(stage["pays_for"].values()) for stage in one["stages"]]
        kinds = dict.fromkeys(kind for stage in one["stages"] for kind, part in stage["pays_for"].items() if part > 0.5)
        name = _("own money") if one["kind"] == "own_money" else one["name"]
        last = chr(ord("A") + 1 + len(starts))
        in_all = Formula(f"=SUM(C{{row}}:{last}{{row}})", one["amount"])
        rows.append([name, one["kind"].replace("_", " "), *paid, in_all, one["ceiling"], ", ".join(kinds)])
    columns = [Column("", width=34), Column(_("kind"), width=20)]
    columns += [Column(_("year {n}").format(n=start), "money", is_added=True) for start in starts]
    columns += [Column(_("in all"), "money", is_added=True), Column(_("most it pays"), "money")]
    columns += [Column(_("for"), width=36)]
    return Table(_("Who pays, USD of the day"), columns, rows)


def _stress_table(row: Row) -> Table:
    names = {"fuel_price": _("price of fuel"), "metal_price": _("price of metals")}
    rows: list[list[Any]] = []
    for one in [{"price": None, "change": None, **row}, *row["stress"]]:
        cover, cash = one["least_debt_cover"], one["least_cash"]
        name = _("as planned") if one["price"] is None else names[one["price"]]
        least = [None if found is None else found["value"] for found in (cover, cash)]
        change = None if one["price"] is None else f"{one['change']:+.0%}"
        rows.append([name, change, one["net_present_value"], *least])
    columns = (
        Column("", width=34), Column(_("change"), width=20), Column(_("net present value, USD"), "money"),
        Column(_("least debt cover (DSCR)"), "number"), Column(_("least cash, USD"), "money"),
    )  # fmt: skip
    return Table(_("If a price changes and the plan is held"), columns, rows)


def _financed_sheet(row: Row) -> Sheet:
    """Return the cash of each year with who pays, in money of the year, with debt cover; nothing that is never paid."""
    given = [one["name"] for one in row["sources"] if one["kind"] != "own_money"]
    columns: dict[str, Column] = {
        "year": Column(_("end of year"), "whole", 12), "invested": _money(_("invested")), "fees": _money(_("fees")),
        "own_money": _money(_("own money")),
        **{f"given {n}": _money(_("given by {name}").format(name=name)) for n, name in enumerate(given)},
        "replaced": _money(_("bought anew")), "running": _money(_("to run")),
        "running_today": _money(_("to run, as today")), "saving": _money(_("saved")),
        "income": _money(_("sold and earned")), "up_front": _money(_("certification and the like")),
        "tax": _money(_("tax")), "cfads": _money(_("cash available for debt service")),
        "interest": _money(_("interest")), "principal": _money(_("repaid")), "service": _money(_("debt service")),
        "cover": Column(_("debt cover (DSCR)"), "number", 12), "cash": Column(_("cash at the end"), "money", 13),
        "owed": Column(_("owed at the end"), "money", 13),
    }  # fmt: skip
    years = [_plain_year(one, len(given)) for one in row["years"]]
    kept = [name for name in columns if name == "year" or any(one[name] for one in years)]
    at = {name: chr(ord("A") + n) for n, name in enumerate(kept)}
    rows = [[_followed(name, one[name], at) for name in kept] for one in years]
    said = [
        _("Money of each year. Debt cover is the cash available for debt service for each dollar of interest and"
          " principal that is due.")
    ]  # fmt: skip
    table = Table("", [columns[name] for name in kept], rows)
    return Sheet(_("Cash with financing"), _("Cash flow with financing"), said, [table])


def _money(title: str) -> Column:
    return Column(title, "money", 13, is_added=True)


def _plain_year(one: Row, products: int) -> Row:
    given: Sequence[float] = [*one["given"], *[0.0] * products][:products]
    return {
        **one, **{f"given {n}": amount for n, amount in enumerate(given)}, "interest": sum(one["interest"]),
        "principal": sum(one["principal"]), "service": one["debt_service"], "cover": one["debt_cover"],
        "cfads": one["cash_available_for_debt_service"],
    }  # fmt: skip


# What a figure of a year follows from, by those of its row.
_FORMULAS = {
    "saving": "={running_today}{{row}}-{running}{{row}}",
    "service": "={interest}{{row}}+{principal}{{row}}",
    "cover": '=IF({service}{{row}}>0.005,{cfads}{{row}}/{service}{{row}},"")',
}


def _followed(name: str, value: float | None, at: dict[str, str]) -> Any:
    """Return a figure as the formula that it follows from, where all that it follows from is told."""
    formula = _FORMULAS.get(name)
    if formula is None or (value is None and name != "cover"):
        return value
    try:
        return Formula(formula.format(**at), value)
    except KeyError:
        return value


def frontier_sheet(report: Row) -> Sheet:
    """Return what fewer emissions cost: a plan a row, from the cheapest to the cleanest."""
    rows = [
        [
            number, None if one["emissions_cap"] is None else one["emissions_cap"]["value"],
            one["gross_emissions"]["value"], one["net_present_cost"], one["cost_of_last_tonne"], one["capital_cost"],
            one["solar_kw"], one["storage_kwh"], one["storage_kw"], ", ".join(one["taken"]),
        ]
        for number, one in enumerate(report["points"], start=1)
    ]  # fmt: skip
    unit = report["points"][0]["gross_emissions"]["unit"]
    columns = (
        Column(_("plan"), "whole", 8), Column(_("cap, {unit}").format(unit=unit), "number", 16),
        Column(_("emits, {unit}").format(unit=unit), "number", 16), Column(_("net present cost, USD"), "money", 16),
        Column(_("cost of the last tonne, USD"), "money", 16), Column(_("to invest, USD"), "money"),
        Column(_("solar, kW"), "number"), Column(_("battery, kWh"), "number"), Column(_("inverter, kW"), "number"),
        Column(_("taken besides"), width=44),
    )  # fmt: skip
    said = [*frontier_headline(report), *frontier_caption(report)]
    return Sheet(_("Frontier"), _("What fewer emissions cost"), said, [Table("", columns, rows)])
