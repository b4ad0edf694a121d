"""Who pays for a plan, as rows and as text: sources and uses, cash by year, cover, what other prices do to it."""

from typing import TYPE_CHECKING, Any

from asmcarbon.finance.financed import FinancedFlow, financed_flow
from asmcarbon.messages import _, numeral
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, money, told

if TYPE_CHECKING:
    from asmcarbon.planning.stage_records import SiteStages

# What prices are changed by to see whether the plan stands it: a ladder of what-ifs, and no forecast.
_CHANGES = (-0.3, -0.15, 0.15, 0.3)
_WEEKS = 52.0


def financing_row(result: "SiteStages") -> Row | None:
    """Return who pays for a plan, its cash by year, and what it comes to; None where nothing was asked of money."""
    flow = result.financed
    if flow is None:
        return None
    return {
        "inflation": flow.terms.inflation,
        "nominal_discount_rate": flow.nominal_rate,
        "covered_from": result.site.finance.cover_from,
        "sources": _source_rows(result, flow),
        "sold": _sold_rows(result, flow),
        "years": [_year_row(one) for one in flow.years],
        "outstanding_at_horizon": flow.settled,
        "residual_value_at_horizon": flow.terms.price_level(len(flow.years) - 1) * flow.residual,
        **_worth(flow),
        "project_internal_rate": flow.project_rate,
        "own_internal_rate": flow.own_rate,
        "own_payback_years": flow.own_payback,
        "stress": _stress_rows(result, flow),
        "per_worker_and_week": _affordability(result, flow),
    }


def _worth(flow: FinancedFlow) -> Row:
    cover, cash = flow.least_cover, flow.least_cash
    return {
        "net_present_cost": flow.net_present_cost,
        "net_present_value": flow.net_present_value,
        "least_debt_cover": None if cover is None else {"year": cover[0], "value": cover[1]},
        "least_cash": None if cash is None else {"year": cash[0], "value": cash[1]},
    }


def _source_rows(result: "SiteStages", flow: FinancedFlow) -> list[Row]:
    """Return what each source pays in each stage, by what for; the site's own money last."""
    financing, starts = result.financing, result.starts
    assert financing is not None
    kinds = {one.name: one.kind for one in result.site.finance.products}

    def by_stage(parts: dict[tuple[Any, int], float]) -> list[Row]:
        return [
            {
                "year": start,
                "pays_for": {str(kind): paid for (kind, at), paid in parts.items() if at == s and paid > 0.0},
            }
            for s, start in enumerate(starts)
        ]

    rows: list[Row] = []
    for p, one in enumerate(flow.terms.advances):
        parts = {(kind, s): paid for (q, kind, s), paid in financing.parts.items() if q == p}
        rows.append(
            {"name": one.name, "kind": kinds[one.name], "amount": sum(parts.values()), "ceiling": one.ceiling,
             "stages": by_stage(parts)}
        )  # fmt: skip
    own: dict[tuple[Any, int], float] = dict(financing.own)
    rows.append(
        {
            "name": "own money",
            "kind": "own_money",
            "amount": sum(own.values()),
            "ceiling": None,
            "stages": by_stage(own),
        }
    )
    return rows


def _sold_rows(result: "SiteStages", flow: FinancedFlow) -> list[Row]:
    """Return what is sold of tonnes and which premiums are taken, by stage."""
    financing, rows = result.financing, list[Row]()
    assert financing is not None
    kinds = {one.name: one.kind for one in result.site.finance.products}
    for c, one in enumerate(flow.terms.tonnes):
        for s, start in enumerate(result.starts):
            rows.append(
                {"name": one.name, "kind": kinds[one.name], "year": start, "is_taken": financing.accepted[c],
                 "avoided_tonnes": financing.avoided.get((c, s), 0.0),
                 "removed_tonnes": financing.removed.get((c, s), 0.0)}
            )  # fmt: skip
    for m, one in enumerate(flow.terms.premiums):
        for s, start in enumerate(result.starts):
            rows.append(
                {"name": one.name, "kind": kinds[one.name], "year": start,
                 "is_taken": bool(financing.agreed.get((m, s))), "avoided_tonnes": None, "removed_tonnes": None}
            )  # fmt: skip
    return rows


def _year_row(one: Any) -> Row:
    saving = None if one.running_today is None else one.running_today - one.running
    return {
        "year": one.year, "invested": one.invested, "own_money": one.own, "given": list(one.given), "fees": one.fees,
        "replaced": one.replaced, "running": one.running, "running_today": one.running_today, "saving": saving,
        "income": one.income, "up_front": one.up_front, "interest": list(one.interest),
        "principal": list(one.principal), "debt_service": one.service, "tax": one.tax,
        "cash_available_for_debt_service": one.cfads, "debt_cover": one.cover, "cash": one.cash, "owed": one.owed,
    }  # fmt: skip


def _stress_rows(result: "SiteStages", flow: FinancedFlow) -> list[Row]:
    """Return what the plan comes to at other prices, everything that was decided being held."""
    prices = ["fuel_price", *(["metal_price"] if flow.terms.mine_income is not None else [])]
    real, placed, financing = result.real, result.placed, result.financing
    assert real is not None
    assert financing is not None
    rows: list[Row] = []
    for price in prices:
        for change in _CHANGES:
            other = financed_flow(
                placed, real.stressed(**{price: change}), financing, flow.terms, result.starts, flow.discount_rate
            )
            rows.append({"price": price, "change": change, **_worth(other)})
    return rows


def _affordability(result: "SiteStages", flow: FinancedFlow) -> Row | None:
    """Return what the plan saves and earns, and what is due, a worker and week in the year in which most is due."""
    people = result.site.people
    workers = people.workers.to("person") if people is not None else 0.0
    if workers <= 0.0:
        return None
    year = max(flow.years[1:], key=lambda one: (one.service, -one.year))
    saving = None if year.running_today is None else (year.running_today - year.running) / workers / _WEEKS
    earned = year.income / workers / _WEEKS
    return {"year": year.year, "saving": saving, "earned": earned, "debt_service": year.service / workers / _WEEKS}


def financing_answer(row: Row) -> list[str]:
    """Return what financing makes of a plan, in a sentence or two."""
    own = sum(one["amount"] for one in row["sources"] if one["kind"] == "own_money")
    given = sum(one["amount"] for one in row["sources"] if one["kind"] != "own_money")
    text = _("Of what is invested products pay {given} USD and the site itself {own} USD")
    lines = [text.format(given=money(given), own=money(own))]
    value, cover = row["net_present_value"], row["least_debt_cover"]
    if value is not None:
        lines[0] += _(", and with all that is due and earned it is worth {value} USD").format(value=money(value))
    lines[0] += "."
    if cover is not None:
        text = _("Debt is covered at least {value:,.2f} times, in year {year}.")
        lines.append(text.format(value=cover["value"], year=cover["year"]))
    return lines


def financing_lines(row: Row) -> list[str]:
    """Return who pays for a plan as text, a heading before each part."""
    lines = [_("Who pays, USD of the day"), *source_of_money_cells(row).lines(), ""]
    if row["sold"]:
        lines += [_("What is sold and earned"), *sold_lines(row), ""]
    lines += [_("What a lender asks"), *lender_cells(row).lines(), ""]
    lines += [_("Cash flow with financing, USD of each year"), *financed_cash_cells(row).lines(), ""]
    lines += [_("If a price changes and the plan is held"), *stress_cells(row).lines(), f"  {worth_caption()}", ""]
    return lines


def source_of_money_cells(row: Row) -> Cells:
    """Return who pays for what, and when."""
    starts = [stage["year"] for stage in row["sources"][0]["stages"]]
    rows = [["", *(_("year {n}").format(n=start) for start in starts), _("in all"), _("for")]]
    for one in row["sources"]:
        amounts = [sum(stage["pays_for"].values()) for stage in one["stages"]]
        kinds = dict.fromkeys(kind for stage in one["stages"] for kind, paid in stage["pays_for"].items() if paid > 0.5)
        name = one["name"] if one["kind"] != "own_money" else _("own money")
        rows.append([name, *(_blank(amount) for amount in amounts), money(one["amount"]), ", ".join(kinds) or "-"])
    rows.append(
        [_("in all"), *(_blank(one["invested"] + one["fees"]) for one in row["years"] if one["year"] in starts)]
    )
    rows[-1] += [money(sum(one["invested"] + one["fees"] for one in row["years"])), ""]
    return Cells(rows, range(1, len(starts) + 2))


def sold_lines(row: Row) -> list[str]:
    """Return what is sold, and what it earns."""
    lines: list[str] = []
    not_taken = _("{name}: not taken; it earns less than it costs, or what it costs at first cannot be paid")
    for name in dict.fromkeys(one["name"] for one in row["sold"]):
        stages = [one for one in row["sold"] if one["name"] == name]
        if not any(one["is_taken"] for one in stages):
            lines.append("  " + not_taken.format(name=name))
        elif stages[0]["avoided_tonnes"] is None:
            first = min(one["year"] for one in stages if one["is_taken"])
            lines.append("  " + _("{name}: taken from year {year} on").format(name=name, year=first))
        else:
            tonnes = [one["avoided_tonnes"] + one["removed_tonnes"] for one in stages]
            text = _("{name}: {tonnes} t a year, by stage")
            lines.append("  " + text.format(name=name, tonnes=", ".join(told(one) for one in tonnes)))
    income, at_first = (sum(one[name] for one in row["years"]) for name in ("income", "up_front"))
    text = _("in all {income} USD over the horizon, its yearly cost taken off")
    lines.append("  " + text.format(income=money(income)))
    if at_first > 0.5:
        text = _("at first {cost} USD for certification and the like, from the site's own cash, beside the uses above")
        lines.append("  " + text.format(cost=money(at_first)))
    return lines


def lender_cells(row: Row) -> Cells:
    """Return what a lender asks, payback first: who mines by hand reckons in months."""
    rows: list[list[str]] = []

    def add(name: str, value: str) -> None:
        rows.append([name, value])

    payback = row["own_payback_years"]
    if row["net_present_value"] is not None:
        add(_("own money paid back after"), _months(payback))
        text = _("net present value for the site, at {rate:.1%} nominal").format(rate=row["nominal_discount_rate"])
        add(text, _("{value} USD").format(value=money(row["net_present_value"])))
        add(
            _("internal rate of return of the project, before any product, nominal"),
            _rate(row["project_internal_rate"]),
        )
    cover, cash = row["least_debt_cover"], row["least_cash"]
    if cover is not None:
        source = _("savings") if row["covered_from"] == "savings" else _("all that the mine earns")
        if row["covered_from"] == "savings" and any(one["income"] for one in row["years"]):
            source = _("savings and what is sold and earned")
        text = _("least debt service cover, from {source}").format(source=source)
        add(text, _("{value:,.2f} in year {year}").format(value=cover["value"], year=cover["year"]))
    if cash is not None:
        add(
            _("least cash"),
            _("{value} USD at the end of year {year}").format(value=money(cash["value"]), year=cash["year"]),
        )
    if row["outstanding_at_horizon"] > 0.5:
        add(_("still owed at the horizon"), _("{value} USD").format(value=money(row["outstanding_at_horizon"])))
    week = row["per_worker_and_week"]
    if week is not None and week["debt_service"] > 0.0:
        text = _("due a worker and week in year {year}, where most is due").format(year=week["year"])
        is_told = row["covered_from"] == "savings" and week["saving"] is not None
        of = "" if not is_told else _(", out of a saving of {saved:,.2f}").format(saved=week["saving"])
        of += "" if not is_told or not week["earned"] else _(" and {earned:,.2f} earned").format(earned=week["earned"])
        add(text, _("{due:,.2f} USD{of}").format(due=week["debt_service"], of=of))
    return Cells(rows, is_headed=False)


def _months(years: float | None) -> str:
    if years is None:
        return _("never within the horizon")
    months = numeral(12 * years, ",.0f")
    return _("1 month") if months == "1" else _("{n} months").format(n=months)


def _rate(rate: float | None) -> str:
    return "-" if rate is None else numeral(rate, ".1%")


def financed_cash_cells(row: Row) -> Cells:
    """Return what is paid, owed and earned each year."""
    watched = any(one["cash"] is not None for one in row["years"])
    head = [
        _("end of year"),
        _("invested"),
        _("own"),
        _("given"),
        _("saved"),
        _("earned"),
        _("anew"),
        _("due"),
        _("cover"),
    ]
    rows = [[*head, *([_("cash")] if watched else []), _("owed")]]
    for one in row["years"]:
        saved = "-" if one["saving"] is None else _blank(one["saving"])
        earned = one["income"] - one["up_front"]
        cover = "" if one["debt_cover"] is None else numeral(one["debt_cover"], ",.2f")
        rows.append(
            [
                str(one["year"]), _blank(one["invested"] + one["fees"]), _blank(one["own_money"]),
                _blank(sum(one["given"])), saved, _blank(earned), _blank(one["replaced"]), _blank(one["debt_service"]),
                cover, *([money(one["cash"])] if watched else []), _blank(one["owed"]),
            ]
        )  # fmt: skip
    return Cells(rows, range(1, len(rows[0])))


def _blank(amount: float) -> str:
    return money(amount) if abs(amount) >= 0.5 else ""


def stress_cells(row: Row) -> Cells:
    """Return what becomes of a plan where a price changes."""
    names = {"fuel_price": _("fuel"), "metal_price": _("metals")}
    rows = [["", _("net present value"), _("least cover"), _("least cash")]]
    for one in [{"price": None, "change": 0.0, **row}, *row["stress"]]:
        name = _("as planned") if one["price"] is None else f"{names[one['price']]} {one['change']:+.0%}"
        value, cover, cash = one["net_present_value"], one["least_debt_cover"], one["least_cash"]
        rows.append(
            [
                name,
                "-" if value is None else money(value),
                "-" if cover is None else numeral(cover["value"], ",.2f"),
                "-" if cash is None else money(cash["value"]),
            ]
        )
    return Cells(rows, (1, 2, 3))


def worth_caption() -> str:
    """Return what a stressed plan is worth beside."""
    return _("Worth is beside going on as today at the same prices, each taxed on its own profit.")
