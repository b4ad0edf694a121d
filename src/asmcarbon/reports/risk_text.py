"""A plan over scenarios as a page of text for a terminal."""

from asmcarbon.messages import _
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import assumption_lines, data_lines, money, provenance_line, table, told
from asmcarbon.vocabulary import word

# Characters of the longest bar of a tornado.
_BAR = 40
# Sizes and money below these are what rounding left.
_NO_SIZE, _NO_MONEY = 5e-3, 0.5


def risk_text(report: Row) -> str:
    """Return a plan over scenarios as a page of text."""
    site = report["site"]
    lines = [f"{site['name']} ({site['country']}, {site['year']})", *_answer(report), ""]
    lines += [_("What to build, the same in every scenario"), *_purchase_lines(report), ""]
    lines += [_("What varies"), *uncertain_lines(report), ""]
    text = _("What it comes to, over {n} equally likely scenarios of seed {seed}")
    lines += [text.format(n=report["scenarios"], seed=report["seed"]), *_range_lines(report), ""]
    lines += [_("What it is worth to plan for all of them, USD a year"), *_information_lines(report), ""]
    lines += [_("What matters: annual cost of this plan, USD, each input alone at the ends of its 95 % range")]
    lines += [*_tornado_lines(report), ""]
    lines += [_("Planned anew at each end, where that is cheaper than this plan"), *_anew_lines(report), ""]
    lines += [_("Assumed by asmcarbon, because the site does not say"), *assumption_lines(report), ""]
    lines += [*data_lines(report["data"]), ""]
    lines += [_("Read this before you sign"), *(f"  - {note}" for note in report["notes"]), ""]
    if report["is_switched"]:
        lines += [_("Generators are switched on and off over all 8,760 hours of every scenario.")]
    text = _("No other plan has an expected cost more than {gap:.4%} lower, by {n} dispatches of a year{straight}.")
    straight = _(", with generators that need not be on or off") if report["is_switched"] else ""
    lines += [text.format(gap=report["information"]["gap"], n=report["dispatches"], straight=straight)]
    lines += [_("Audited by the footprint calculator and the cash flow, scenario by scenario.")]
    return "\n".join([*lines, provenance_line(report)]) + "\n"


def _range(report: Row, key: str) -> Row | None:
    return next((one for one in report["ranges"] if one["key"] == key), None)


def _answer(report: Row) -> list[str]:
    cost, value, capital = (_range(report, key) for key in ("annual_cost", "net_present_value", "capital_cost"))
    count = report["scenarios"]
    assert cost is not None
    assert capital is not None
    if report["purchases"]:
        text = _("One plan for {n} scenarios: invest {capital}; it costs {cost} USD a year, {least} to {most}.")
    else:
        text = _("One plan for {n} scenarios: build nothing; it costs {cost} USD a year, {least} to {most}.")
    most = capital["most"] - capital["least"] > 0.5
    invest = _("{least} to {most} USD") if most else _("{least} USD")
    lines = [
        text.format(
            n=count,
            capital=invest.format(least=money(capital["least"]), most=money(capital["most"])),
            cost=money(cost["mean"]),
            least=money(cost["least"]),
            most=money(cost["most"]),
        )
    ]
    known = count - len(report["without_comparison"])
    if value is None:
        return [*lines, _("Today's equipment could not carry the load of any: no saving is told.")]
    if report["loses_money"]:
        text = _("It loses money against today in {k} of {n}; at worst {worst} USD over {years} years, at best {best}.")
    else:
        text = _("It loses money against today in none of {n}: worth {worst} to {best} USD over {years} years.")
    lines += [
        text.format(
            k=report["loses_money"], n=known, worst=money(value["least"]), best=money(value["most"]),
            years=report["horizon_years"],
        )
    ]  # fmt: skip
    if report["without_comparison"]:
        numbers = ", ".join(map(str, report["without_comparison"]))
        text = _("In scenario {numbers} today's equipment could not carry the load: no saving is told there.")
        lines += [text.format(numbers=numbers)]
    if report["retired_generators"]:
        lines += [_("Given up: {names}.").format(names=", ".join(report["retired_generators"]))]
    return lines


def _purchase_lines(report: Row) -> list[str]:
    if not report["purchases"]:
        return ["  " + _("nothing")]
    rows = [["", _("size"), "", _("kits"), _("mean cost, USD"), _("least"), _("most")]]
    for one in report["purchases"]:
        if one["size"] < _NO_SIZE and one["capital_cost"]["most"] < _NO_MONEY:
            continue
        size = _("yes") if one["unit"] == "-" and one["size"] > 1 - 1e-6 else told(one["size"])
        cost = one["capital_cost"]
        rows.append(
            [word(one["item"]), size, one["unit"].strip("-"), "" if one["kits"] is None else str(one["kits"]),
             *(money(cost[name]) for name in ("mean", "least", "most"))]
        )  # fmt: skip
    if all(not row[3] for row in rows[1:]):
        rows = [[*row[:3], *row[4:]] for row in rows]
    return table(rows, right=(1, *range(3, len(rows[0]))))


def percent(share: float) -> str:
    """Return how far a share lies from the whole.

    >>> percent(0.7), percent(1.125), percent(1.0)
    ('-30 %', '+12.5 %', '0 %')
    """
    change = round(100.0 * (share - 1.0), 6)
    return f"{change:+g} %" if change else "0 %"


def uncertain_lines(report: Row) -> list[str]:
    """Return what varies, how far, and where that is stated."""
    rows = [[one["name"], percent(one["low"]), percent(one["high"]), one["source"]] for one in report["uncertain"]]
    if report["has_days"]:
        rows.append([_("days"), "", "", _("of the sun, and outages where the site has them: a seed each")])
    return table(rows, right=(1, 2))


def _range_lines(report: Row) -> list[str]:
    names = ("least", "p5", "median", "p95", "most", "mean")
    rows = [["", "", _("least"), _("5 %"), _("median"), _("95 %"), _("most"), _("mean")]]
    for one in report["ranges"]:
        shown = money if one["unit"].startswith(("USD", "L", "kWh")) else told
        never = _("never") if one["key"] == "payback_years" else "-"
        rows.append(
            [one["name"], one["unit"], *(never if one[name] is None else shown(one[name]) for name in names)]
        )  # fmt: skip
    return table(rows, right=range(2, 8))


def _information_lines(report: Row) -> list[str]:
    found, average = report["information"], report["average_plan"]
    vss, evpi = found["value_of_the_stochastic_solution"], found["expected_value_of_perfect_information"]
    failing = ", ".join(map(str, average["fails_in"]))
    fails = _("breaks a limit in scenario {numbers}").format(numbers=failing)
    cost = _range(report, "annual_cost")
    assert cost is not None
    rows = [
        [_("WS, each scenario's own best plan: wait and see"), "", money(found["wait_and_see"])],
        [_("RP, one plan for all"), money(cost["mean"]), money(found["recourse"])],
        [
            _("EEV, the plan for the average"),
            "-" if average["expected_cost"] is None else money(average["expected_cost"]),
            "-" if found["of_average"] is None else money(found["of_average"]),
        ],
        [_("EVPI, expected value of perfect information: RP - WS"), "", told(evpi)],
        [
            _("VSS, value of the stochastic solution: EEV - RP"),
            "-" if average["regret"] is None else told(average["regret"]),
            "-" if vss is None else told(vss),
        ],
    ]
    if report["is_switched"]:
        rows = [["", _("on and off"), _("not on or off")], *rows]
    else:
        rows = [[name, value] for name, _dispatched, value in rows]
    lines = table(rows, right=range(1, len(rows[0])))
    if failing:
        lines += ["  " + _("The plan for the average {fails}: no money makes that good.").format(fails=fails)]
    sizes = _("The plan for the average has {solar} kW of panels and {battery} kWh of battery.")
    lines += [
        "  " + sizes.format(solar=_size(average["solar_kw"]), battery=_size(average["battery_kwh"]))
    ]  # fmt: skip
    if average["is_the_plan"]:
        lines += ["  " + _("It is the plan told here: with generators on and off, what was sought for all costs more.")]
    return lines


def _tornado_lines(report: Row) -> list[str]:
    tornado = report["tornado"]
    swings, middle = tornado["swings"], tornado["annual_cost"]
    costs = [one[end]["annual_cost"] for one in swings for end in ("low", "high")]
    costs = [cost for cost in [*costs, middle] if cost is not None]
    if not costs:
        return ["  " + _("the plan breaks a limit at every end")]
    least, most = min(costs), max(costs)
    step = (most - least) / _BAR or 1.0
    rows = [["", "", "", "", "", "", _("NPV, USD")]]
    for one in swings:
        low, high = one["low"], one["high"]
        if high["annual_cost"] is None or (low["annual_cost"] is not None and low["annual_cost"] > high["annual_cost"]):
            low, high = high, low
        rows.append(
            [one["name"], _at(low), _cost(low), _bar(low, high, middle, least, step), _cost(high), _at(high),
             _values(low, high)]
        )  # fmt: skip
    lines = table(rows, right=(2, 5))
    if middle is not None:
        value = tornado["net_present_value"]
        text = _("  all as the site states them: {cost} USD a year") if value is None else _(
            "  all as the site states them: {cost} USD a year, NPV {value} USD"
        )  # fmt: skip
        lines.append(text.format(cost=money(middle), value=money(value)))
    return lines


def _at(end: Row) -> str:
    return "" if end["share"] is None else percent(end["share"])


def _cost(end: Row) -> str:
    return _("fails") if end["annual_cost"] is None else money(end["annual_cost"])


def _values(low: Row, high: Row) -> str:
    return _("{low} to {high}").format(low=money(low["net_present_value"]), high=money(high["net_present_value"]))


def _bar(low: Row, high: Row, middle: float | None, least: float, step: float) -> str:
    """Return a bar from the cheaper end to the dearer, with a mark where the site's own figures lie."""
    if low["annual_cost"] is None or high["annual_cost"] is None:
        return ""
    first, last = (round((end["annual_cost"] - least) / step) for end in (low, high))
    cells = [" "] * first + ["█"] * (last - first) + [" "] * (_BAR + 1 - last)
    if middle is not None:
        cells[round((middle - least) / step)] = "┃"
    return "".join(cells)


def _size(size: float) -> str:
    return told(size) if size >= _NO_SIZE else "0"


def _anew_lines(report: Row) -> list[str]:
    rows = [["", "", _("solar, kW"), _("battery, kWh"), _("inverter, kW"), _("gains, USD a year")]]
    for one in report["tornado"]["swings"]:
        for end in (one["low"], one["high"]):
            anew, at = end["planned_anew"], _at(end) or (_("best") if end is one["low"] else _("worst"))
            if anew is None:
                rows.append([one["name"], at, "", "", "", _("no plan meets the limits")])
                continue
            sizes = (_size(anew[name]) for name in ("solar_kw", "battery_kwh", "inverter_kw"))
            rows.append([one["name"], at, *sizes, "-" if anew["gain"] is None else told(anew["gain"])])
    return table(rows, right=range(1, 6))
