"""The charts of what fewer emissions cost: plans as dots, and what each further tonne takes."""

from itertools import pairwise
from typing import Any

from asmcarbon.messages import _
from asmcarbon.reports.frontier_text import frontier_headline, point_cells
from asmcarbon.reports.page.drawing import FILLS, INK, Chart, drawn, filled, shortened
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, money, told

_THOUSAND = 1000.0


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
            axes.figure.suptitle(f"{shortened(name, 48)}\n{title}", fontsize=11)
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
