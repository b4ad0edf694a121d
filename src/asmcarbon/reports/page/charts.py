"""The charts of a site's report, from its rows: each with what it shows in a sentence, and its figures as a table."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from asmcarbon.messages import _
from asmcarbon.reports.financing import financed_cash_cells
from asmcarbon.reports.footprint_text import comparison_cells
from asmcarbon.reports.frontier_text import frontier_headline, point_cells
from asmcarbon.reports.page.drawing import FILLS, INK, Chart, drawn, filled
from asmcarbon.reports.plan_text import supply_cells
from asmcarbon.reports.rows import Row
from asmcarbon.reports.stages import cash_cells, year_cells
from asmcarbon.reports.terminal import Cells, money, source_cells, told

_SCOPES = {1: "blue", 2: "orange", 3: "sky"}
_SUPPLY = (("solar", "orange"), ("generators", "blue"), ("grid", "sky"), ("unserved", "vermilion"))


def sources_chart(footprint: Row) -> Chart | None:
    """Return what each source emits, with its interval."""
    rows = footprint["sources"]
    if not rows:
        return None
    ranked = sorted(rows, key=lambda one: one["co2e"]["value"])
    title = _("What emits, tCO2e a year")
    first = ranked[-1]
    whole = sum(one["co2e"]["value"] for one in rows)
    says = _("{source} emits most: {value} tCO2e a year, {share:.0%} of all.").format(
        source=first["label"],
        value=told(first["co2e"]["value"]),
        share=first["co2e"]["value"] / whole if whole else 0.0,
    )

    def draw(axes: Any) -> None:
        labels = [_shortened(one["label"]) for one in ranked]
        for place, one in enumerate(ranked):
            value = one["co2e"]["value"]
            axes.barh(place, value, height=0.7, **filled(_SCOPES[one["scope"]]))
            end = value
            if one["relative_percent"]:
                half = value * min(one["relative_percent"], 100.0) / 100
                axes.errorbar(value, place, xerr=half, color=INK, capsize=2.5, linewidth=1.0)
                end = value + half
            axes.annotate(told(value), (end, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_xlim(0, None)
        axes.margins(x=0.18)
        has_range = any(one["relative_percent"] for one in rows)
        axes.set_xlabel(_("tCO2e a year, and its 95 % interval") if has_range else _("tCO2e a year"))
        axes.grid(visible=False, axis="y")
        _scope_legend(axes, sorted({one["scope"] for one in rows}))

    return Chart(
        "sources", title, says, source_cells(footprint), drawn("sources", title, says, 0.9 + 0.3 * len(rows), draw)
    )


def _scope_legend(axes: Any, scopes: Sequence[int]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(label=_("scope {n}").format(n=scope), **filled(_SCOPES[scope])) for scope in scopes]
    axes.legend(handles=handles, loc="lower right", fontsize=8)


def _shortened(text: str, most: int = 30) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def by_unit(comparisons: Sequence[Row]) -> dict[str, list[Row]]:
    """Return comparisons by what they are told in."""
    found: dict[str, list[Row]] = {}
    for one in comparisons:
        found.setdefault(one["site"]["unit"], []).append(one)
    return found


def comparison_charts(footprint: Row) -> list[Chart]:
    """Return a site beside large-scale mining: a chart for each thing that both are told over."""
    charts: list[Chart] = []
    for number, (unit, rows) in enumerate(by_unit(footprint["comparisons"]).items()):
        site = rows[0]["site"]["value"]
        title = _("Beside large-scale mining, {unit}").format(unit=unit)
        ratios = [one["ratio"] for one in rows]
        says = _("This site emits {value} {unit}, scopes 1+2: {low} to {high} times what large-scale mines do.")
        if len(rows) == 1:
            says = _("This site emits {value} {unit}, scopes 1+2: {low} times what large-scale mines do.")
        says = says.format(value=told(site), unit=unit, low=told(min(ratios), 2), high=told(max(ratios), 2))
        bars = [(_("this site"), site, "blue")]
        bars += [(one["benchmark"], one["large_scale"]["value"], "grey") for one in rows]

        def draw(axes: Any, bars: list[tuple[str, float, str]] = bars, unit: str = unit) -> None:
            for place, (_label, value, fill) in enumerate(reversed(bars)):
                axes.barh(place, value, height=0.7, **filled(fill))
                axes.annotate(
                    told(value), (value, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
                )
            axes.set_yticks(range(len(bars)), [_shortened(label, 40) for label, _value, _fill in reversed(bars)])
            axes.set_xlim(0, None)
            axes.margins(x=0.15)
            axes.set_xlabel(_("{unit}, scopes 1+2 of both").format(unit=unit))
            axes.grid(visible=False, axis="y")

        name = f"beside{number}"
        svg = drawn(name, title, says, 0.7 + 0.3 * len(bars), draw)
        charts.append(Chart(name, title, says, comparison_cells(rows), svg))
    return charts


def supply_chart(report: Row) -> Chart | None:
    """Return where the electricity of a plan of one year comes from, beside today."""
    supplies = [(_("today"), report["supply_kwh"]["today"]), (_("plan"), report["supply_kwh"]["plan"])]
    if not any(supply[key] for _name, supply in supplies for key, _fill in _SUPPLY):
        return None
    return _supply("supply", supplies, supply_cells(report))


def stage_supply_chart(report: Row) -> Chart | None:
    """Return where electricity comes from in each stage, beside today."""
    supplies = [(_("today"), report["today"]["supply_kwh"])]
    supplies += [(str(stage["year"]), stage["supply_kwh"]) for stage in report["stages"]]
    if not any(supply[key] for _name, supply in supplies for key, _fill in _SUPPLY):
        return None
    return _supply("supply", supplies, year_cells(report))


def _supply(name: str, supplies: list[tuple[str, Row]], cells: Cells) -> Chart:
    names = {
        "solar": _("solar"), "generators": _("generators"), "grid": _("grid"), "unserved": _("not served")
    }  # fmt: skip
    title = _("Where electricity comes from, MWh a year")
    last = supplies[-1][1]
    whole = sum(last[key] for key, _fill in _SUPPLY)
    says = _("In the end {share:.0%} comes from the sun.").format(share=last["solar"] / whole if whole else 0.0)

    def draw(axes: Any) -> None:
        places = range(len(supplies))
        bottom = [0.0] * len(supplies)
        for key, fill in _SUPPLY:
            values = [supply[key] / _KWH_PER_MWH for _name, supply in supplies]
            if any(value > 0 for value in values):
                axes.bar(places, values, 0.6, bottom, label=names[key], **filled(fill))
                bottom = [one + more for one, more in zip(bottom, values, strict=True)]
        axes.set_xticks(places, [label for label, _row in supplies])
        axes.set_ylabel(_("MWh a year"))
        axes.set_ylim(0, 1.05 * max(bottom))
        axes.grid(visible=False, axis="x")
        axes.figure.legend(loc="outside upper center", ncols=4, fontsize=8)

    return Chart(name, title, says, cells, drawn(name, title, says, 2.6, draw))


_KWH_PER_MWH = 1000.0


def week_chart(report: Row) -> Chart | None:
    """Return how the plan serves the load in a usual week, hour by hour."""
    week = report["week"]
    if week is None:
        return None
    title = _("A usual week, kW: the one from day {day} of the year").format(day=week["first_day"])
    names = {
        "solar": _("solar, used at once"), "discharge": _("from the battery"), "generators": _("generators"),
        "grid": _("grid"), "unserved": _("not served"),
    }  # fmt: skip
    fills = {"solar": "orange", "discharge": "green", "generators": "blue", "grid": "sky", "unserved": "vermilion"}
    there = [key for key in names if max(week[key]) > 1e-6]
    shares = {key: sum(week[key]) / sum(week["load"]) for key in there}
    says = _("In this week {parts}.").format(
        parts=", ".join(_("{share:.0%} {name}").format(share=shares[key], name=names[key]) for key in there)
    )

    def draw(axes: Any) -> None:
        hours = [hour / 24 for hour in range(len(week["load"]))]
        bottom = [0.0] * len(hours)
        for key in there:
            top = [one + more for one, more in zip(bottom, week[key], strict=True)]
            style = {**filled(fills[key]), "linewidth": 0.0}
            axes.fill_between(hours, bottom, top, step="post", label=names[key], **style)
            bottom = top
        axes.step(hours, week["load"], where="post", color=INK, linewidth=1.0, label=_("load"))
        axes.set_xticks(range(8))
        axes.set_xlim(0, 7)
        axes.set_ylim(0, 1.05 * max([*bottom, *week["load"]]))
        axes.set_xlabel(_("day of the week shown"))
        axes.set_ylabel("kW")
        axes.figure.legend(loc="outside upper center", ncols=3, fontsize=8)

    days = [[_("day"), _("load, kWh"), *(f"{names[key]}, kWh" for key in there)]]
    for day in range(7):
        hours = slice(24 * day, 24 * day + 24)
        days.append([str(day + 1), *(money(sum(week[key][hours])) for key in ("load", *there))])
    cells = Cells(days, range(1, len(there) + 2))
    return Chart("week", title, says, cells, drawn("week", title, says, 2.9, draw))


def path_chart(report: Row) -> Chart:
    """Return what a site emits today and in each stage, under the cap where there is one."""
    before = report["footprint_today"]
    land = before["land_use_change"]
    gross = before["totals"]["scopes_1_2"]["value"] + (land["value"] if land is not None else 0.0)
    labels = [_("today"), *(str(stage["year"]) for stage in report["stages"])]
    values = [gross, *(stage["gross_emissions"]["value"] for stage in report["stages"])]
    caps = [None, *(stage["emissions_cap"] and stage["emissions_cap"]["value"] for stage in report["stages"])]
    title = _("The path: gross emissions, tCO2e a year")
    says = _("Gross emissions go from {first} to {last} tCO2e a year.").format(
        first=told(values[0]), last=told(values[-1])
    )

    def draw(axes: Any) -> None:
        places = range(len(values))
        bars = axes.bar(places, values, 0.6, **filled("blue"))
        axes.bar_label(bars, [told(value) for value in values], padding=2, fontsize=8)
        known = [(place, cap) for place, cap in enumerate(caps) if cap is not None]
        for number, (place, cap) in enumerate(known):
            label = _("cap") if not number else None
            axes.hlines(cap, place - 0.42, place + 0.42, color="#d55e00", linewidth=2.0, label=label)
        axes.set_xticks(places, labels)
        axes.set_ylim(0, 1.12 * max([*values, *(cap for _place, cap in known), 1e-9]))
        axes.set_ylabel(_("tCO2e a year"))
        axes.grid(visible=False, axis="x")
        if known:
            axes.legend(fontsize=8)

    cells = Cells(
        [["", _("gross emissions"), _("cap")]]
        + [
            [label, told(value), "" if cap is None else told(cap)]
            for label, value, cap in zip(labels, values, caps, strict=True)
        ],
        (1, 2),
    )
    return Chart("path", title, says, cells, drawn("path", title, says, 2.5, draw))


def before_after_chart(report: Row) -> Chart:
    """Return the three scopes of today and of the plan."""
    pair = [(_("today"), report["footprint_today"]["totals"]), (_("plan"), report["footprint_plan"]["totals"])]
    title = _("Emissions today and by the plan, tCO2e a year")
    sums = [totals["scopes_1_2_3"]["value"] for _name, totals in pair]
    says = _("Emissions go from {before} to {after} tCO2e a year.").format(before=told(sums[0]), after=told(sums[1]))
    scopes = [n for n in (1, 2, 3) if any(totals[f"scope_{n}"]["value"] for _name, totals in pair)]

    def draw(axes: Any) -> None:
        left = [0.0, 0.0]
        for scope in scopes:
            values = [totals[f"scope_{scope}"]["value"] for _name, totals in pair]
            label = _("scope {n}").format(n=scope)
            axes.barh((1, 0), values, 0.6, left, label=label, **filled(_SCOPES[scope]))
            left = [one + more for one, more in zip(left, values, strict=True)]
        for place, value in zip((1, 0), sums, strict=True):
            axes.annotate(
                told(value), (value, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
            )
        axes.set_yticks((1, 0), [name for name, _totals in pair])
        axes.set_xlim(0, 1.12 * max(*sums, 1e-9))
        axes.set_xlabel(_("tCO2e a year"))
        axes.grid(visible=False, axis="y")
        if scopes:
            axes.figure.legend(loc="outside upper center", ncols=3, fontsize=8)

    rows = [["", *(_("scope {n}").format(n=n) for n in (1, 2, 3)), _("in all")]]
    for name, totals in pair:
        rows.append([name, *(told(totals[key]["value"]) for key in ("scope_1", "scope_2", "scope_3", "scopes_1_2_3"))])
    return Chart("before", title, says, Cells(rows, range(1, 5)), drawn("before", title, says, 1.7, draw))


def cash_chart(report: Row) -> Chart:
    """Return what a plan costs and saves each year, and when it is paid back, before any product pays."""
    years = [one["year"] for one in report["cash_flow"]]
    savings = [one["saving"] for one in report["cash_flow"]]
    title = _("Money each year beside going on as today, thousand USD")
    if any(one is None for one in savings):
        savings = [-one["cost"] for one in report["cash_flow"]]
        title = _("Money each year, thousand USD")
    sums: list[float] = []
    for saving in savings:
        sums.append((sums[-1] if sums else 0.0) + saving)
    back = next((year for year, total in zip(years, sums, strict=True) if year and total >= 0), None)
    says = (
        _("After {year} years more is saved than was spent.").format(year=back)
        if back is not None
        else _("What is spent is not saved again within {years} years.").format(years=years[-1])
    )

    def draw(axes: Any) -> None:
        values = [value / _THOUSAND for value in savings]
        fills = ["green" if value >= 0 else "vermilion" for value in values]
        for year, value, fill in zip(years, values, fills, strict=True):
            axes.bar(year, value, 0.7, **filled(fill))
        axes.step(years, [one / _THOUSAND for one in sums], where="mid", color=INK, linewidth=1.4, label=_("added up"))
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel(_("end of year"))
        axes.set_ylabel(_("thousand USD"))
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(visible=False, axis="x")
        axes.legend(fontsize=8, loc="best")

    rows = cash_cells(report)
    return Chart("cash", title, says, rows, drawn("cash", title, says, 2.6, draw))


_THOUSAND = 1000.0


def financed_chart(financing: Row) -> Chart:
    """Return what is saved and earned, and what is due, each year, and by how much debt is covered."""
    years = financing["years"]
    title = _("Saved, earned and due each year, thousand USD; debt cover below")
    cover = financing["least_debt_cover"]
    says = (
        _("There is no debt.") if cover is None else _("Debt is covered at least {value:,.2f} times, in year {year}.")
    )
    says = says.format(**(cover or {}))
    covered = [(one["year"], one["debt_cover"]) for one in years if one["debt_cover"] is not None]

    def draw(axes: Any) -> None:
        top, below = axes if covered else (axes, None)
        numbers = [one["year"] for one in years]
        gained = [((one["saving"] or 0.0) + one["income"] - one["up_front"]) / _THOUSAND for one in years]
        due = [one["debt_service"] / _THOUSAND for one in years]
        top.bar([n - 0.2 for n in numbers], gained, 0.4, label=_("saved and earned"), **filled("green"))
        top.bar([n + 0.2 for n in numbers], due, 0.4, label=_("due to lenders"), **filled("vermilion"))
        top.axhline(0, color=INK, linewidth=0.8)
        top.set_ylabel(_("thousand USD"))
        top.grid(visible=False, axis="x")
        top.figure.legend(loc="outside upper center", ncols=2, fontsize=8)
        if below is not None:
            below.plot(*zip(*covered, strict=True), "o", color=INK, markersize=4)
            below.axhline(1.0, color="#d55e00", linewidth=1.4)
            below.annotate(
                _("1: just paid"), (numbers[-1], 1.0), xytext=(0, 3), textcoords="offset points", ha="right", fontsize=8
            )
            below.set_ylim(0, 1.15 * max(value for _year, value in covered))
            below.set_ylabel(_("debt cover"))
        (below or top).set_xlabel(_("end of year"))
        (below or top).xaxis.get_major_locator().set_params(integer=True)

    panels = 2 if covered else 1
    svg = drawn("financed", title, says, 3.6 if covered else 2.4, draw, panels)
    return Chart("financed", title, says, financed_cash_cells(financing), svg)


def frontier_chart(report: Row, name: str = "") -> Chart:
    """Return what fewer emissions cost: a dot for each plan, numbered as in the table, and today.

    name   of the site, told above the drawing where it stands alone, on white
    """
    points, today = report["points"], report["today"]
    below = _("gross emissions, tCO2e a year")
    if report["emissions_over"] == "horizon":
        below = _("gross emissions over {n} years, tCO2e").format(n=report["horizon_years"])
    beside = _("net present cost over {n} years at {rate:.0%}, thousand USD")
    if report["after_products"]:
        beside = _("net present cost over {n} years at {rate:.0%} after products, thousand USD")
    beside = beside.format(n=report["horizon_years"], rate=report["discount_rate"])
    title, says = _("What fewer emissions cost"), " ".join(frontier_headline(report))
    # Where no plan was told both ways there is nothing to tell apart.
    hollow = [report["agreement"] is not None and one["generators"] == "line" for one in points]

    def at(row: Row) -> tuple[float, float]:
        return row["gross_emissions"]["value"], row["net_present_cost"] / _THOUSAND

    def draw(axes: Any) -> None:
        blue = FILLS["blue"][0]
        xs, ys = zip(*(at(one) for one in points), strict=True)
        axes.plot(xs, ys, "-", color=blue, linewidth=1.2)
        for number, (is_hollow, x, y) in enumerate(zip(hollow, xs, ys, strict=True), start=1):
            axes.plot(x, y, "o", color=blue, markerfacecolor="white" if is_hollow else blue)
            # The curve falls and bends away from either side of a dot: every second number stands on the other one.
            place, flush = ((4, 5), "left") if number % 2 else ((-4, -11), "right")
            axes.annotate(str(number), (x, y), xytext=place, textcoords="offset points", ha=flush, fontsize=8)
        if today is not None:
            axes.plot(*at(today), "D", color=FILLS["vermilion"][0])
            axes.annotate(_("today"), at(today), xytext=(-6, 6), textcoords="offset points", ha="right", fontsize=8)
        if any(hollow):
            axes.plot([], [], "o", color=blue, label=_("generators on and off"))
            axes.plot([], [], "o", color=blue, markerfacecolor="white", label=_("each generator a straight line"))
            axes.legend(loc="upper right", fontsize=8)
        axes.set_xlabel(below)
        axes.set_title(beside, fontsize=9, loc="left")
        axes.margins(0.12)
        if name:
            axes.figure.suptitle(f"{_shortened(name, 48)}\n{title}", fontsize=11)
            axes.figure.set_facecolor("white")

    svg = drawn("frontier", title, says, 3.4 if name else 3.1, draw)
    return Chart("frontier", title, says, point_cells(report), svg)


def abatement_chart(report: Row) -> Chart | None:
    """Return what each further tonne costs from one plan to the next, by line; None where there is no next."""
    steps: list[tuple[float, float, float]] = []
    start = 0.0
    for before, after in pairwise(report["points"]):
        less = before["by_line"]["gross_emissions"]["value"] - after["by_line"]["gross_emissions"]["value"]
        if after["cost_of_last_tonne"] is not None:
            steps.append((start, less, after["cost_of_last_tonne"]))
        start += less
    if not steps:
        return None
    title = _("What a further tonne avoided costs, USD")
    says = _("Beyond the cheapest plan a tonne costs {first} USD at first, and {last} USD at last.").format(
        first=money(steps[0][2]), last=money(steps[-1][2])
    )
    below = _("tCO2e a year avoided beside the cheapest plan")
    if report["emissions_over"] == "horizon":
        below = _("tCO2e avoided over {n} years beside the cheapest plan").format(n=report["horizon_years"])

    def draw(axes: Any) -> None:
        for begin, width, cost in steps:
            axes.bar(begin, cost, width, align="edge", **filled("green"))
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlim(0, None)
        axes.set_xlabel(below)
        axes.set_ylabel(_("USD for a tonne"))
        axes.grid(visible=False, axis="x")

    rows = [[_("avoided, from"), _("to"), _("USD for a tonne")]]
    rows += [[told(begin), told(begin + width), money(cost)] for begin, width, cost in steps]
    return Chart("abatement", title, says, Cells(rows, range(3)), drawn("abatement", title, says, 2.3, draw))
