"""What matters to a plan as a tornado chart: one SVG by hand, which needs nothing to be shown."""

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from msgspec import Struct

from asmcarbon.messages import _
from asmcarbon.reports.risk_text import percent
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import money

# Names end at _NAMES; the figures at both ends of a bar have _FIGURES.
_WIDTH, _NAMES, _FIGURES, _ROW, _TOP = 900, 200, 130, 34, 96
# Most letters of a site's name that the title has room for.
_LONGEST = 70
_BETTER, _WORSE = "#2b6ca3", "#c46a27"


class End(Struct, frozen=True):
    """One end of the range of an input: its share of the site's figure, and what the plan comes to there."""

    share: float | None
    value: float | None


class Swing(Struct, frozen=True):
    """An input by name, and its two ends."""

    name: str
    low: End
    high: End

    @property
    def width(self) -> float:
        """How far the two ends lie apart; without end where the plan fails at one."""
        if self.low.value is None or self.high.value is None:
            return float("inf")
        return abs(self.high.value - self.low.value)


class Panel(Struct, frozen=True):
    """One figure of a plan, with each input at both ends of its range.

    said     what is drawn
    form     the figure as text
    middle   with all inputs as the site states them; None where the plan breaks a limit
    swings   of each input, the widest first
    rises    whether more of the figure is better
    """

    said: str
    form: Callable[[float], str]
    middle: float | None
    swings: tuple[Swing, ...]
    rises: bool = False


def tornado_chart(report: Row) -> str:
    """Return the annual cost of a plan with each input at both ends of its range as an SVG, the widest first."""
    tornado = report["tornado"]
    swings = tuple(
        Swing(one["name"], *(End(one[end]["share"], one[end]["annual_cost"]) for end in ("low", "high")))
        for one in tornado["swings"]
    )
    said = _("annual cost of the plan, USD, each input alone at the ends of its 95 % range; {n} scenarios, seed {seed}")
    said = said.format(n=report["scenarios"], seed=report["seed"])
    return _chart(report, [Panel(said, money, tornado["annual_cost"], swings)])


def stage_tornado_chart(report: Row) -> str:
    """Return the net present cost of a plan over stages, and its least debt cover where it has debt, as an SVG."""
    tornado = report["tornado"]

    def value(figures: Row | None, key: str) -> float | None:
        found = None if figures is None else figures[key]
        return found["value"] if isinstance(found, dict) else found

    def panel(key: str, said: str, form: Callable[[float], str], *, rises: bool) -> Panel:
        swings = [
            Swing(one["name"], *(End(one[end]["share"], value(one[end]["figures"], key)) for end in ("low", "high")))
            for one in tornado["swings"]
        ]
        swings.sort(key=lambda swing: swing.width, reverse=True)
        return Panel(said, form, value(tornado["middle"], key), tuple(swings), rises)

    said = _("net present cost, USD, each input alone at the ends of its 95 % range, the plan held; seed {seed}")
    panels = [panel("net_present_cost", said.format(seed=report["seed"]), money, rises=False)]
    cover = panel("least_debt_cover", _("least debt cover at the same ends"), lambda one: f"{one:.2f}", rises=True)
    if any(end.value is not None for one in cover.swings for end in (one.low, one.high)):
        panels.append(cover)
    return _chart(report, panels)


def _chart(report: Row, panels: Sequence[Panel]) -> str:
    """Return panels below each other, under one title and above one line of provenance."""
    site = report["site"]
    name = site["name"] if len(site["name"]) <= _LONGEST else f"{site['name'][: _LONGEST - 1]}…"
    title = _("{name}: what matters").format(name=name)
    drawn: list[str] = []
    top = _TOP
    for one in panels:
        parts, top = _panel(one, top)
        drawn += parts
        top += _TOP - 20
    height = top - _TOP + 50
    source = _("asmcarbon {version}, factors {release}, input {digest}").format(
        version=report["asmcarbon"], release=report["factor_release"], digest=report["input_sha256"][:12]
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        ' font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(20, 32, title, size=17, bold=True),
        *drawn,
        _text(20, height - 12, source, size=11),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(panel: Panel, top: int) -> tuple[list[str], int]:
    """Return one figure's bars below a top, and where they end."""
    swings = [one for one in panel.swings if None not in (one.low.value, one.high.value)]
    failing = [one.name for one in panel.swings if one not in swings]
    values = [end.value for one in swings for end in (one.low, one.high) if end.value is not None]
    values += [] if panel.middle is None else [panel.middle]
    least, most = (min(values), max(values)) if values else (0.0, 1.0)
    scale = (_WIDTH - _NAMES - 2 * _FIGURES) / ((most - least) or 1.0)

    def across(value: float) -> float:
        return _NAMES + _FIGURES + (value - least) * scale

    parts = [_text(20, top - 42, panel.said)]
    for row, one in enumerate(swings):
        parts += _bars(one, top + _ROW * row, across, panel)
    bottom = top + _ROW * len(swings)
    if panel.middle is not None:
        at = across(panel.middle)
        parts.append(
            f'<line x1="{at:.1f}" y1="{top - 10}" x2="{at:.1f}" y2="{bottom}" stroke="#222" stroke-width="1.5"/>'
        )
        said = _("as the site states: {cost}").format(cost=panel.form(panel.middle))
        parts.append(_text(at, bottom + 18, said, anchor="middle"))
    if failing:
        text = _("The plan breaks a limit at an end of: {names}").format(names=", ".join(failing))
        parts.append(_text(20, bottom + 40, text))
    return parts, bottom + 40


def _bars(one: Swing, top: float, across: Callable[[float], float], panel: Panel) -> list[str]:
    """Return the name of an input and its bar: on one side of the middle better, on the other worse."""
    ends = [(end.value, end.share) for end in (one.low, one.high) if end.value is not None]
    ends.sort(key=lambda end: end[0])
    low, high = (value for value, _share in ends)
    first, last = across(low), across(high)
    turn = min(max(across(panel.middle), first), last) if panel.middle is not None else first
    labels = [panel.form(value) + _at(share) for value, share in ends]
    left, right = (_WORSE, _BETTER) if panel.rises else (_BETTER, _WORSE)
    return [
        _text(_NAMES, top + 17, one.name, anchor="end"),
        _rectangle(first, top, turn - first, left),
        _rectangle(turn, top, last - turn, right),
        _text(first - 6, top + 17, labels[0], anchor="end", size=11),
        _text(last + 6, top + 17, labels[1], size=11),
    ]


def _rectangle(x: float, y: float, width: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{_ROW - 10}" fill="{fill}"/>'


def _at(share: float | None) -> str:
    return "" if share is None else f" ({percent(share)})"


def _text(x: float, y: float, said: str, *, anchor: str = "start", size: int = 13, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{weight}>{escape(said)}</text>'
