"""The trade-off of a site as a chart: one SVG file that needs nothing else."""

from math import floor, log10
from xml.sax.saxutils import escape

from asmcarbon.messages import _
from asmcarbon.reports.rows import Row

_WIDTH, _HEIGHT = 860, 540
_LEFT, _RIGHT, _TOP, _BOTTOM = 110, 30, 84, 76
# A colour for plans and one for today, told apart by the colour-blind too (Okabe and Ito's blue and vermilion).
_PLAN, _TODAY, _INK, _GRID = "#0072b2", "#d55e00", "#222222", "#dddddd"


def round_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Return round numbers that reach from below `low` to above `high`: steps of 1, 2 or 5 times a power of ten.

    >>> round_ticks(16.66, 24.8)
    [16.0, 18.0, 20.0, 22.0, 24.0, 26.0]
    >>> round_ticks(5.0, 5.0)
    [4.5, 5.0, 5.5]
    """
    if high - low <= 1e-9 * max(abs(low), abs(high), 1.0):
        half = max(abs(low) * 0.1, 0.5)
        low, high = low - half, high + half
    power = 10.0 ** floor(log10((high - low) / most))
    step = next(power * times for times in (1, 2, 5, 10, 20) if (high - low) / (power * times) <= most - 1)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return [round(number * step, 9) for number in range(first, last + 1)]


def frontier_chart(report: Row) -> str:
    """Return net present cost against gross emissions as SVG: the plans, joined, and today where it is told."""
    points = [(one["gross_emissions"]["value"], one["net_present_cost"]) for one in report["points"]]
    today = report["today"]
    shown = (today["gross_emissions"]["value"], today["net_present_cost"]) if today is not None else None
    far = shown is not None and _is_far(points, shown)
    every = [*points, shown] if shown is not None and not far else points
    across = round_ticks(min(x for x, _y in every), max(x for x, _y in every))
    up = round_ticks(min(y for _x, y in every), max(y for _x, y in every))

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + (x - across[0]) / (across[-1] - across[0]) * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - (y - up[0]) / (up[-1] - up[0]) * (_HEIGHT - _TOP - _BOTTOM),
        )

    parts = [*_frame(report, across, up, place), *_plans(report, points, place)]
    if far:
        assert shown is not None
        text = _("today, not drawn: {tonnes:,.1f} tCO2e a year at {cost:,.0f} USD")
        text = text.format(tonnes=shown[0], cost=shown[1])
        parts.append(_text(_WIDTH - _RIGHT, _TOP - 22, text, anchor="end", colour=_TODAY))
    elif shown is not None:
        x, y = place(*shown)
        parts.append(f'<path d="M{x:.1f} {y - 7:.1f} l7 7 -7 7 -7 -7 z" fill="{_TODAY}"/>')
        anchor, shift = ("end", -12) if x > _WIDTH / 2 else ("start", 12)
        parts.append(_text(x + shift, y + 5, _("today"), anchor=anchor, colour=_TODAY))
    title = _title(report)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' role="img" aria-label="{escape(title, {chr(34): "&quot;"})}" font-family="sans-serif" font-size="14">'
    )
    return "\n".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>"]) + "\n"


def _is_far(points: list[tuple[float, float]], today: tuple[float, float]) -> bool:
    """Whether today lies so far off that the plans would be drawn on top of each other."""
    xs = [x for x, _y in points]
    return len(points) > 1 and today[0] - max(xs) > 2.0 * (max(xs) - min(xs))


def _title(report: Row) -> str:
    name = report["site"]["name"]
    return _("{name}: what fewer emissions cost").format(name=name if len(name) <= 48 else f"{name[:47]}…")


def _frame(report: Row, across: list[float], up: list[float], place) -> list[str]:
    """Return background, title, grid, ticks and what the axes are."""
    parts = [f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>']
    parts.append(_text(_LEFT, 30, _title(report), anchor="start", size=18))
    for x in across:
        here, bottom = place(x, up[0])
        parts.append(_line(here, _TOP, here, bottom))
        parts.append(_text(here, bottom + 20, _number(x)))
    for y in up:
        left, here = place(across[0], y)
        parts.append(_line(left, here, _WIDTH - _RIGHT, here))
        parts.append(_text(left - 8, here + 5, _number(y), anchor="end"))
    below = (
        _("gross emissions, tCO2e a year")
        if report["emissions_over"] == "year"
        else _("gross emissions over {n} years, tCO2e").format(n=report["horizon_years"])
    )
    beside = _("net present cost over {n} years at {rate:.0%}, USD")
    if report["after_products"]:
        beside = _("net present cost over {n} years at {rate:.0%} after products, USD")
    beside = beside.format(n=report["horizon_years"], rate=report["discount_rate"])
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 26, below))
    parts.append(_text(_LEFT, _TOP - 22, beside, anchor="start"))
    return parts


def _plans(report: Row, points: list[tuple[float, float]], place) -> list[str]:
    """Return the plans as dots, filled where generators are on and off, and the line through them."""
    corners = [place(*one) for one in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    parts = [f'<polyline points="{path}" fill="none" stroke="{_PLAN}" stroke-width="2"/>']
    for number, ((x, y), row) in enumerate(zip(corners, report["points"], strict=True), start=1):
        fill = _PLAN if row["generators"] == "on_off" or report["agreement"] is None else "#ffffff"
        tip = _("{n}: {tonnes:,.1f} tCO2e, {cost:,.0f} USD, {solar:,.0f} kW of solar, {battery:,.0f} kWh of battery")
        tip = tip.format(
            n=number, tonnes=row["gross_emissions"]["value"], cost=row["net_present_cost"], solar=row["solar_kw"],
            battery=row["storage_kwh"],
        )  # fmt: skip
        circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="{_PLAN}" stroke-width="2">'
        parts.append(f"{circle}<title>{escape(tip)}</title></circle>")
    if any(row["generators"] == "line" for row in report["points"]) and report["agreement"] is not None:
        told = _("filled: generators on and off; hollow: each a straight line")
        parts.append(_text(_WIDTH - _RIGHT, _HEIGHT - 6, told, anchor="end", size=12))
    if len(corners) > 1:
        named = ((corners[0], _("cheapest"), 24), (corners[-1], _("cleanest"), 5))
        for (x, y), name, down in named:
            anchor = "start" if down == 5 and x < _WIDTH - 160 else "middle"
            parts.append(_text(x + (12 if anchor == "start" else 0), y + down, name, anchor=anchor, colour=_PLAN))
    return parts


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-6 else f"{value:,.3f}".rstrip("0")


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_GRID}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 14, colour: str = _INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'
    )
