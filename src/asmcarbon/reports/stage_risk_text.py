"""A plan over stages in many scenarios as a page of text for a terminal."""

from asmcarbon.messages import _, numeral
from asmcarbon.reports.risk_text import percent, uncertain_lines
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import assumption_lines, data_lines, money, provenance_line, table, told
from asmcarbon.vocabulary import word

# Characters of the longest bar of a tornado.
_BAR = 36


def stage_risk_text(report: Row) -> str:
    """Return a plan over stages in many scenarios as a page of text."""
    site, has_money = report["site"], bool(report["plan"]["sources"])
    lines = [f"{site['name']} ({site['country']}, {site['year']})", *_answer(report), ""]
    lines += [_("What to build, the same in every scenario"), *_new_lines(report), ""]
    if has_money:
        lines += [_("Who pays, USD of the day, agreed before it is known which scenario comes"), *_source_lines(report)]
        lines += [""]
    lines += [_("What varies"), *uncertain_lines(report), ""]
    text = _("What it comes to, over {n} equally likely scenarios of seed {seed}")
    lines += [text.format(n=report["scenarios"], seed=report["seed"]), *_range_lines(report), ""]
    lines += [_("How often a limit is broken"), *_broken_lines(report), ""]
    lines += [_("What it is worth to plan for all of them, net present USD"), *_information_lines(report), ""]
    lines += [_("What matters: net present cost, each input alone at the ends of its 95 % range, the plan held")]
    lines += [*_tornado_lines(report), ""]
    if has_money and any(_cover_of(end) is not None for one in report["tornado"]["swings"] for end in _ends(one)):
        lines += [_("What matters to the lender: least debt cover at the same ends"), *_cover_lines(report), ""]
    lines += [_("Assumed by asmcarbon, because the site does not say"), *assumption_lines(report), ""]
    lines += [*data_lines(report["data"]), ""]
    lines += [_("Read this before you sign"), *(f"  - {note}" for note in report["notes"]), ""]
    if report["is_switched"]:
        lines += [_("Generators are switched on and off over all 8,760 hours of every stage in every scenario.")]
    if report["information"]["gap"] is not None:
        text = _("No other plan has an expected cost more than {gap:.4%} lower, by {n} dispatches of a year{straight}.")
        straight = _(", with generators that need not be on or off") if report["is_switched"] else ""
        gap = report["information"]["gap"]
        lines += [text.format(gap=gap, n=report["dispatches"], straight=straight)]
    lines += [_("Audited by the footprint calculator, stage by stage, and the cash flow, scenario by scenario.")]
    return "\n".join([*lines, provenance_line(report)]) + "\n"


def _range(report: Row, key: str) -> Row | None:
    return next((one for one in report["ranges"] if one["key"] == key), None)


def _answer(report: Row) -> list[str]:
    """Return the plan, its range of worth, and how often a lender is not covered, in a few sentences."""
    capital, broken, count = _range(report, "capital_cost"), report["broken"], report["scenarios"]
    assert capital is not None
    text = _("One plan of {stages} for {n} scenarios: invest {capital} USD in all.")
    stages = len(report["plan"]["stages"])
    named = _("one stage") if stages == 1 else _("{n} stages").format(n=stages)
    invest = money(capital["least"])
    if capital["most"] - capital["least"] > 0.5:
        invest = _("{least} to {most}").format(least=invest, most=money(capital["most"]))
    lines = [text.format(stages=named, n=count, capital=invest)]
    value = _range(report, "net_present_value") or _range(report, "project_net_present_value")
    if value is not None:
        text = _("Against going on as today it is worth {median} USD over {years} years, {p5} to {p95} in nine of ten.")
        lines += [
            text.format(
                median=money(value["median"]), p5=money(value["p5"]), p95=money(value["p95"]),
                years=report["horizon_years"],
            )
        ]  # fmt: skip
        if broken["loses_money"]["count"]:
            text = _("It loses money in {k} of {n}.")
            lines[-1] += " " + text.format(k=broken["loses_money"]["count"], n=count)
    cover, below = _range(report, "least_debt_cover"), broken["cover_below_minimum"]
    if cover is not None and below is not None:
        text = _(
            "Debt is covered {least:,.2f} to {most:,.2f} times in the worst year; below the {asked:,.4g} asked for"
        )
        text = text.format(least=cover["least"], most=cover["most"], asked=report["plan"]["minimum_cover"])
        text += _(" in {k} of {n} ({share:.0%})").format(k=below["count"], n=count, share=below["share"])
        if broken["cover_below_one"] is not None:
            text += _(", below 1 in {k}.").format(k=broken["cover_below_one"]["count"])
        lines += [text]
    cash = broken["cash_below_zero"]
    if cash is not None:
        lines += [_("Cash falls below zero in {k} of {n}.").format(k=cash["count"], n=count)]
    if report["plan"]["is_of_middle"]:
        text = _("It is the plan for the site as it is stated, held in every scenario: {why}.")
        lines += [text.format(why=report["plan"]["reason"])]
    if report["fails_in"]:
        numbers = ", ".join(map(str, report["fails_in"]))
        lines += [
            _("It cannot serve the load within all limits in scenario {numbers}: no figure of it is told.").format(
                numbers=numbers
            )
        ]
    return lines


def _new_lines(report: Row) -> list[str]:
    rows = [["", "", _("size"), "", _("mean cost, USD"), _("least"), _("most")]]
    for stage in report["plan"]["stages"]:
        year = str(stage["year"])
        for one in stage["new"]:
            cost = one["capital_cost"]
            size = _("yes") if one["unit"] == "-" and one["size"] > 1 - 1e-6 else told(one["size"])
            costs = (money(cost[name]) for name in ("mean", "least", "most"))
            rows.append([year, word(one["item"]), size, one["unit"].strip("-"), *costs])
            year = ""
    return table(rows, right=(2, 4, 5, 6)) if len(rows) > 1 else ["  " + _("nothing")]


def _source_lines(report: Row) -> list[str]:
    rows = [["", _("agreed"), _("pays on average"), _("least"), _("most")]]
    for one in report["plan"]["sources"]:
        name = _("own money") if one["kind"] == "own_money" else one["name"]
        costs = (money(one["pays"][key]) for key in ("mean", "least", "most"))
        rows.append([name, money(one["agreed"]), *costs])
    return table(rows, right=(1, 2, 3, 4))


def _range_lines(report: Row) -> list[str]:
    names = ("least", "p5", "median", "p95", "most", "mean")
    rows = [["", "", _("least"), _("5 %"), _("median"), _("95 %"), _("most"), _("mean")]]
    for one in report["ranges"]:
        shown = money if one["unit"].startswith(("USD", "L")) else _two if one["key"] == "least_debt_cover" else told
        name = one["name"]
        if one["of"] < report["scenarios"]:
            name += _(" (known in {n})").format(n=one["of"])
        never = _("never") if one["key"] == "own_payback_years" else "-"
        figures = (never if one[key] is None else shown(one[key]) for key in names)
        rows.append([name, one["unit"].strip("-"), *figures])
    return table(rows, right=range(2, 8))


def _two(value: float) -> str:
    return numeral(value, ",.2f")


def _broken_lines(report: Row) -> list[str]:
    asked = report["plan"]["minimum_cover"]
    names = {
        "cover_below_minimum": "" if asked is None else _("debt cover below {asked:,.4g}").format(asked=asked),
        "cover_below_one": _("debt cover below 1: what is saved or earned does not pay what is due"),
        "cash_below_zero": _("cash below zero"),
        "loses_money": _("worth less than going on as today"),
        "emissions_above_cap": _("emissions above a cap, generators being on and off"),
    }
    rows = [["", _("scenarios"), _("share"), _("which")]]
    for key, name in names.items():
        one = report["broken"][key]
        if one is not None:
            rows.append(
                [name, str(one["count"]), numeral(one["share"], ".0%"), ", ".join(map(str, one["scenarios"])) or "-"]
            )
    if report["fails_in"]:
        count = len(report["fails_in"])
        which = ", ".join(map(str, report["fails_in"]))
        rows.append([_("the load is not served within all limits"), str(count),
                     numeral(count / report['scenarios'], ".0%"), which])  # fmt: skip
    lines = table(rows, right=(1, 2))
    expected = report["expected_money"]["least_debt_cover"]
    if expected is not None:
        text = _("  The mean of their money covers debt {value:,.2f} times in its worst year, {year}.")
        lines += [text.format(**expected)]
    return lines


def _information_lines(report: Row) -> list[str]:
    one = report["information"]
    rows = [
        [_("WS, each scenario's own best plan, without cover or cash asked of it"), "", _cost(one["wait_and_see"])],
        [_("RP, one plan for all"), _cost(one["of_sought"]), _cost(one["recourse"])],
        [_("EEV, the plan for the site as it is stated, held"), _cost(one["of_middle"]), _cost(one["of_average"])],
        [_("EVPI, value of perfect information, at most: RP - WS"), "",
         _worth(one["expected_value_of_perfect_information"])],
        [_("VSS, value of the stochastic solution: EEV - RP"),
         _worth(_less(one["of_middle"], one["of_sought"])), _worth(one["value_of_the_stochastic_solution"])],
    ]  # fmt: skip
    if report["is_switched"]:
        rows = [["", _("on and off"), _("not on or off")], *rows]
    else:
        rows = [[name, value if value != "-" else other] for name, other, value in rows]
    lines = table(rows, right=range(1, len(rows[0])))
    if one["middle_fails_in"]:
        text = _("  The plan for the site as it is stated breaks a limit in scenario {numbers}.")
        lines += [text.format(numbers=", ".join(map(str, one["middle_fails_in"])))]
    elif not one["middle_keeps_money"]:
        text = _(
            "  The plan for the site as it is stated does not keep debt cover and cash of the mean: it may cost less."
        )
        lines += [text]
    if report["is_switched"]:
        text = _("  On and off, costs jump where a size just suffices: a percent between two plans says little.")
        lines += [text]
    return lines


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _cost(value: float | None) -> str:
    return "-" if value is None else money(value)


def _worth(value: float | None) -> str:
    return "-" if value is None else told(value)


def _ends(swing: Row) -> tuple[Row, Row]:
    return swing["low"], swing["high"]


def _cost_of(end: Row) -> float | None:
    return None if end["figures"] is None else end["figures"]["net_present_cost"]


def _cover_of(end: Row) -> float | None:
    cover = None if end["figures"] is None else end["figures"]["least_debt_cover"]
    return None if cover is None else cover["value"]


def _at(end: Row) -> str:
    return "" if end["share"] is None else percent(end["share"])


def _tornado_lines(report: Row) -> list[str]:
    tornado = report["tornado"]
    swings = tornado["swings"]
    middle = None if tornado["middle"] is None else tornado["middle"]["net_present_cost"]
    costs = [cost for one in swings for end in _ends(one) if (cost := _cost_of(end)) is not None]
    costs += [] if middle is None else [middle]
    if not costs:
        return ["  " + _("the plan breaks a limit at every end")]
    least, step = min(costs), (max(costs) - min(costs)) / _BAR or 1.0
    rows = [["", "", "", "", "", "", _("NPV, USD")]]
    for one in swings:
        low, high = sorted(_ends(one), key=lambda end: cost if (cost := _cost_of(end)) is not None else float("inf"))
        values = " … ".join(_value_of(end) for end in (low, high))
        rows.append(
            [one["name"], _at(low), _fails(_cost_of(low)), _bar(_cost_of(low), _cost_of(high), middle, least, step),
             _fails(_cost_of(high)), _at(high), values]
        )  # fmt: skip
    lines = table(rows, right=(2, 5))
    if middle is not None:
        lines.append(_("  all as the site states them: {cost} USD").format(cost=money(middle)))
    return lines


def _value_of(end: Row) -> str:
    return "-" if end["figures"] is None else money(end["figures"]["net_present_value"])


def _fails(cost: float | None) -> str:
    return _("fails") if cost is None else money(cost)


def _bar(low: float | None, high: float | None, middle: float | None, least: float, step: float) -> str:
    """Return a bar from the cheaper end to the dearer, with a mark where the site's own figures lie."""
    if low is None or high is None:
        return ""
    first, last = round((low - least) / step), round((high - least) / step)
    cells = [" "] * first + ["█"] * (last - first) + [" "] * (_BAR + 1 - last)
    if middle is not None:
        cells[round((middle - least) / step)] = "┃"
    return "".join(cells)


def _cover_lines(report: Row) -> list[str]:
    """Return the least cover at both ends of each input, what moves it most first."""

    def width(one: Row) -> float:
        low, high = (_cover_of(end) for end in _ends(one))
        return float("inf") if low is None or high is None else abs(high - low)

    rows = [["", "", "", "", ""]]
    for one in sorted(report["tornado"]["swings"], key=width, reverse=True):
        ends = sorted(_ends(one), key=lambda end: cover if (cover := _cover_of(end)) is not None else -1.0)
        row = [one["name"]]
        for end in ends:
            cover = _cover_of(end)
            row += [
                _at(end),
                _("fails") if end["figures"] is None else "-" if cover is None else numeral(cover, ",.2f"),
            ]
        rows.append(row)
    lines = table(rows[1:], right=(1, 2, 3, 4))
    middle = report["tornado"]["middle"]
    if middle is not None and middle["least_debt_cover"] is not None:
        lines.append(_("  all as the site states them: {value:,.2f}").format(value=middle["least_debt_cover"]["value"]))
    return lines
