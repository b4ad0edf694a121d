"""What matters to a plan as a tornado chart: one SVG by hand, which needs nothing to be shown."""

from collections.abc import Callable
from xml.sax.saxutils import escape

from asmcarbon.messages import _
from asmcarbon.reports.risk_text import percent
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import money

# Names end at _NAMES; the figures at both ends of a bar have _FIGURES.
_WIDTH, _NAMES, _FIGURES, _ROW, _TOP = 900, 200, 130, 34, 96
# Most letters of a site's name that the title has room for.
_LONGEST = 70
_CHEAPER, _DEARER = "#2b6ca3", "#c46a27"


def tornado_chart(report: Row) -> str:
    """Return the annual cost of a plan with each input at both ends of its range as an SVG, the widest first."""
    tornado = report["tornado"]
    middle = tornado["annual_cost"]
    swings = [one for one in tornado["swings"] if None not in (one["low"]["annual_cost"], one["high"]["annual_cost"])]
    failing = [one["name"] for one in tornado["swings"] if one not in swings]
    costs = [one[end]["annual_cost"] for one in swings for end in ("low", "high")]
    costs += [] if middle is None else [middle]
    least, most = (min(costs), max(costs)) if costs else (0.0, 1.0)
    scale = (_WIDTH - _NAMES - 2 * _FIGURES) / ((most - least) or 1.0)

    def across(cost: float) -> float:
        return _NAMES + _FIGURES + (cost - least) * scale

    height = _TOP + _ROW * len(swings) + 70
    site = report["site"]
    name = site["name"] if len(site["name"]) <= _LONGEST else f"{site['name'][: _LONGEST - 1]}…"
    title = _("{name}: what matters").format(name=name)
    said = _("annual cost of the plan, USD, each input alone at the ends of its 95 % range; {n} scenarios, seed {seed}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        ' font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(20, 32, title, size=17, bold=True),
        _text(20, 54, said.format(n=report["scenarios"], seed=report["seed"])),
    ]
    for row, one in enumerate(swings):
        parts += _bars(one, _TOP + _ROW * row, across, middle)
    if middle is not None:
        bottom = _TOP + _ROW * len(swings)
        at = across(middle)
        parts.append(
            f'<line x1="{at:.1f}" y1="{_TOP - 10}" x2="{at:.1f}" y2="{bottom}" stroke="#222" stroke-width="1.5"/>'
        )
        parts.append(
            _text(at, bottom + 18, _("as the site states: {cost}").format(cost=money(middle)), anchor="middle")
        )
    if failing:
        text = _("The plan breaks a limit at an end of: {names}").format(names=", ".join(failing))
        parts.append(_text(20, height - 30, text))
    source = _("asmcarbon {version}, factors {release}, input {digest}").format(
        version=report["asmcarbon"], release=report["factor_release"], digest=report["input_sha256"][:12]
    )
    parts.append(_text(20, height - 12, source, size=11))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bars(one: Row, top: float, across: Callable[[float], float], middle: float | None) -> list[str]:
    """Return the name of an input and its bar: on one side of the middle cheaper, on the other dearer."""
    ends = sorted((one["low"], one["high"]), key=lambda end: end["annual_cost"])
    first, last = (across(end["annual_cost"]) for end in ends)
    turn = min(max(across(middle), first), last) if middle is not None else first
    labels = [money(end["annual_cost"]) + _at(end) for end in ends]
    return [
        _text(_NAMES, top + 17, one["name"], anchor="end"),
        _rectangle(first, top, turn - first, _CHEAPER),
        _rectangle(turn, top, last - turn, _DEARER),
        _text(first - 6, top + 17, labels[0], anchor="end", size=11),
        _text(last + 6, top + 17, labels[1], size=11),
    ]


def _rectangle(x: float, y: float, width: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{_ROW - 10}" fill="{fill}"/>'


def _at(end: Row) -> str:
    return "" if end["share"] is None else f" ({percent(end['share'])})"


def _text(x: float, y: float, said: str, *, anchor: str = "start", size: int = 13, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{weight}>{escape(said)}</text>'
