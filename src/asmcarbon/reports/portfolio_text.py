"""A fund over many sites as a page of text for a terminal."""

from textwrap import wrap

from asmcarbon.messages import _, numeral
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, money, provenance_line


def portfolio_text(report: Row) -> str:
    """Return what a fund should do as a page of text."""
    head = _("{name}: {goal}").format(name=report["name"], goal=goal_text(report))
    answer, costs = fund_answer(report["totals"])
    lines = [head, *wrap(answer, 118), costs, "", _("Funded"), *_funded_lines(report), ""]
    lines += [_("Money by year, USD"), *budget_cells(report).lines(), ""]
    for name, key in (
        (_("By country"), "by_country"),
        (_("By mineral; a site stands with each that it sells"), "by_mineral"),
    ):
        if report[key]:
            lines += [name, *group_cells(report[key]).lines(), ""]
    if report["limits"]:
        lines += [_("Limits and floors"), *limit_cells(report).lines(), ""]
    lines += [*wrap(next_sentence(report), 118), "", *wrap(ranking_sentence(report), 118), ""]
    if report["left_out"]:
        lines += [
            _("Left out"),
            *(line for one in report["left_out"] for line in _item(f"{one['site']}: {one['why']}")),
        ]
        lines += [""]
    if report["notes"]:
        lines += [_("Read this before you sign"), *(line for one in report["notes"] for line in _item(one)), ""]
    return "\n".join([*lines, *wrap(fund_caption(report), 118), provenance_line(report)]) + "\n"


def _item(text: str) -> list[str]:
    return wrap(text, 116, initial_indent="  - ", subsequent_indent="    ")


def goal_text(report: Row) -> str:
    """Return what a fund is after."""
    goals = {"most_tonnes_avoided": _("most tonnes avoided"), "most_jobs": _("most jobs"),
             "least_cost": _("least cost")}  # fmt: skip
    return goals[report["goal"]]


def fund_answer(totals: Row) -> tuple[str, str]:
    """Return in two sentences what a fund avoids, and what a tonne costs."""
    text = _(
        "{sites} sites for {money} USD avoid {yearly} tCO2e a year, {tonnes} tCO2e over their horizons, and {land} a"
        " year of land-use change; {jobs} jobs, {women} of them women's."
    )
    told_of = text.format(
        sites=totals["sites"], money=money(totals["money"]), yearly=numeral(totals['avoided']['value'], ",.1f"),
        tonnes=money(totals["avoided_over_horizon"]["value"]), land=numeral(totals['land_avoided']['value'], ",.1f"),
        jobs=money(totals["jobs"]), women=money(totals["women"]),
    )  # fmt: skip
    text = _("A tonne avoided costs {cost} USD net (below zero it saves), and takes {money} USD of the fund.")
    costs = text.format(cost=_each(totals["cost_per_tonne"]), money=_each(totals["money_per_tonne"]))
    return told_of, costs


def _each(value: float | None) -> str:
    return "-" if value is None else numeral(value, ",.1f")


def _funded_lines(report: Row) -> list[str]:
    if not report["funded"]:
        return ["  " + _("nothing")]
    taken = [line for one in report["funded"] if one["taken"] for line in _item(taken_text(one))]
    return [*funded_cells(report).lines(), *taken]


def taken_text(one: Row) -> str:
    """Return what else the plan of a funded site takes."""
    return f"{one['site']}: {', '.join(one['taken'])}"


def funded_cells(report: Row) -> Cells:
    """Return the sites that a fund pays for, at which point and from when; units stand in the second row."""
    rows = [["", "", _("from"), _("point"), _("money"), _("avoids"), _("land"), _("net cost"), _("money"), _("jobs"),
             _("solar"), _("battery")],
            ["", "", "", "", "USD", "t/year", "t/year", "USD/t", "USD/t", "", "kW", "kWh"]]  # fmt: skip
    for one in report["funded"]:
        rows.append(
            [
                one["site"][:48], one["country"], str(one["year"]), f"{one['point']}/{one['points']}",
                money(one["money"]), numeral(one['avoided']['value'], ",.1f"),
                numeral(one['land_avoided']['value'], ",.1f"),
                _each(one["cost_per_tonne"]), _each(one["money_per_tonne"]), money(one["jobs"]),
                numeral(abs(one['solar_kw']), ",.1f"), numeral(abs(one['storage_kwh']), ",.1f"),
            ]
        )  # fmt: skip
    return Cells(rows, range(2, len(rows[0])))


def budget_cells(report: Row) -> Cells:
    """Return the money of each year: what there is, is spent, and is left."""
    left = _("carried over") if report["carry_over"] else _("lost")
    rows = [["", _("budget"), _("spent"), left]]
    rows += [
        [str(one["year"]), *(money(one[name]) for name in ("budget", "spent", "left"))] for one in report["by_year"]
    ]
    return Cells(rows, range(1, 4))


def group_cells(groups: list[Row]) -> Cells:
    """Return what goes to each country, or mineral, and what it brings."""
    rows = [["", _("sites"), _("money, USD"), _("avoids, t/year"), _("over horizon, t"), _("net USD/t"), _("jobs"),
             _("women")]]  # fmt: skip
    for one in groups:
        rows.append(
            [
                one["name"], str(one["sites"]), money(one["money"]), numeral(one['avoided']['value'], ",.1f"),
                money(one["avoided_over_horizon"]["value"]), _each(one["cost_per_tonne"]), money(one["jobs"]),
                money(one["women"]),
            ]
        )  # fmt: skip
    return Cells(rows, range(1, 8))


def _unit(report: Row) -> str:
    return {"most_tonnes_avoided": "tCO2e", "most_jobs": _("jobs"), "least_cost": "USD"}[report["goal"]]


def limit_cells(report: Row) -> Cells:
    """Return each limit and floor, what is used of it, and whether it binds."""
    rows: list[list[str]] = []
    for one in report["limits"]:
        kept = _("money only in its year") if one["kind"] == "carry_over" else (
            _("at least {limit} {unit}") if one["kind"] == "floor" else _("at most {limit} {unit}")
        ).format(limit=money(one["limit"]), unit=one["unit"])  # fmt: skip
        used = "" if one["used"] is None else _("has {used}").format(used=money(one["used"]))
        binds = _("does not bind")
        if one["binds"]:
            binds = _("binds: without it {gain} {unit} better").format(gain=money(one["gain"]), unit=_unit(report))
        rows.append([one["name"], kept, used, binds])
    return Cells(rows, is_headed=False)


def next_sentence(report: Row) -> str:
    """Return what the next money would buy."""
    one = report["next"]
    parts = [_("{sign}{gain:,.0f} {unit}").format(
        sign="+" if one["gain"] >= 0 else "", gain=one["gain"], unit=_unit(report))]  # fmt: skip
    for name, text in (("added", _("funds besides {sites}")), ("dropped", _("no longer {sites}"))):
        parts += [text.format(sites=", ".join(one[name]))] if one[name] else []
    parts += [
        _("{site} at point {to} for {before}").format(site=move["site"], to=move["to_point"], before=move["from_point"])
        for move in one["moved"]
    ]
    spent = one["totals"]["money"] - report["totals"]["money"]
    text = _("The next {money} USD would buy: {parts}; {spent} USD more would be spent.")
    return text.format(money=money(one["money"]), parts="; ".join(parts), spent=money(spent))


def ranking_sentence(report: Row) -> str:
    """Return how a ranking by money for a tonne compares."""
    one = report["greedy"]
    text = _(
        "A ranking by the fund's money for a tonne would fund {sites} sites for {money} USD and avoid {tonnes} tCO2e"
        " over their horizons: {short} {unit} against the choice above."
    )
    told_of = text.format(
        sites=one["totals"]["sites"], money=money(one["totals"]["money"]),
        tonnes=money(one["totals"]["avoided_over_horizon"]["value"]), short=numeral(-one['short'], "+,.0f"),
        unit=_unit(report),
    )  # fmt: skip
    if one["breaks"]:
        told_of += " " + _("It breaks {limits}.").format(limits=", ".join(one["breaks"]))
    return told_of


def fund_caption(report: Row) -> str:
    """Return what the columns count."""
    return _(
        "Avoids: scopes 1 and 2 of energy and process, against going on as today at the same site; land-use change"
        " stands apart, removals are never counted. Net cost: net present cost against today, at each site's own"
        " start and discount rate, for a tonne over its horizon. Jobs: full-time jobs at the funded sites, whether or"
        " not the plan makes them; women by their share of the workers. No other choice is more than {gap:.3%} better."
    ).format(gap=report["gap"])
