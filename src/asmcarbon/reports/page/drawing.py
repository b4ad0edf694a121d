"""Charts as SVG by Matplotlib: small, readable in black and white, their words as words, the same bytes each time."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from asmcarbon.reports.terminal import Cells

# Told apart by the colour-blind too (Okabe and Ito), and by their hatching without colours.
FILLS = {
    "blue": ("#0072b2", ""), "sky": ("#56b4e9", "////"), "orange": ("#e69f00", r"\\\\"), "green": ("#009e73", "----"),
    "vermilion": ("#d55e00", "xxxx"), "grey": ("#bbbbbb", ""),
}  # fmt: skip
INK = "#222222"
_STYLE: Any = {
    "figure.facecolor": "none", "axes.facecolor": "none",
    "svg.fonttype": "none", "svg.hashsalt": "asmcarbon", "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"], "font.size": 9.0,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": INK, "axes.labelcolor": INK,
    # Beside long names an axis is short: what is below it begins as far left as it needs.
    "xaxis.labellocation": "right",
    "axes.axisbelow": True, "axes.grid": True, "grid.color": "#dddddd", "grid.linewidth": 0.6, "hatch.linewidth": 0.6,
    "text.color": INK, "xtick.color": INK, "ytick.color": INK, "legend.frameon": False, "text.parse_math": False,
}  # fmt: skip
_WIDTH = 4.7  # inches, of 72 units each: as wide as a telephone


class Chart:
    """A picture, what it shows in words, and its figures as a table."""

    def __init__(self, name: str, title: str, says: str, cells: Cells, svg: str) -> None:
        """Take all of it.

        name   of the chart on its page, in letters
        says   in a sentence, for those who do not see it
        """
        self.name, self.title, self.says, self.cells, self.svg = name, title, says, cells, svg


def filled(name: str) -> dict[str, Any]:
    """Return how the bars of a series look."""
    colour, hatch = FILLS[name]
    return {"facecolor": colour, "hatch": hatch, "edgecolor": INK, "linewidth": 0.5}


def shortened(text: str, most: int = 30) -> str:
    """Return a text of at most so many letters, its end cut off where it has more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def drawn(name: str, title: str, says: str, height: float, draw: Callable[[Any], None], panels: int = 1) -> str:
    """Return a chart as SVG for a page.

    height   in inches
    draw     on axes, or on several below each other
    """
    from matplotlib.figure import Figure

    with _styled():
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = figure.subplots(panels, 1, sharex=panels > 1)
        draw(axes)
        for one in figure.axes:
            _grouped(one.xaxis)
            _grouped(one.yaxis)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _for_page(text.getvalue(), name, title, says)


def _grouped(axis: Any) -> None:
    """Write thousands apart on an axis of large numbers."""
    from matplotlib.ticker import ScalarFormatter, StrMethodFormatter

    if isinstance(axis.get_major_formatter(), ScalarFormatter) and max(map(abs, axis.get_view_interval())) >= 1e4:
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


@contextmanager
def _styled() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(_STYLE):
        yield


def _for_page(svg: str, name: str, title: str, says: str) -> str:
    """Return a drawing without what a page has already, named for who reads with the ears."""
    body = svg[svg.index("<svg ") :]
    head, body = body.split(">", 1)
    view = re.search(r'viewBox="([^"]*)"', head)
    assert view is not None
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # Names that nothing points to would stand twice on a page of several charts.
    used = set(re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', body))
    body = re.sub(r' id="([^"]*)"', lambda one: f' id="{name}-{one[1]}"' if one[1] in used else "", body)
    body = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", body)
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.DOTALL)
    # A hundredth of a unit, which is a pixel or two, is as fine as is seen; the words between tags stay.
    body = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), body)
    body = re.sub(r"\n\s*", "\n", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{view[1]}"'
        f' role="img" aria-labelledby="{name}-title {name}-says">\n<title id="{name}-title">{escape(title)}</title>\n'
        f'<desc id="{name}-says">{escape(says)}</desc>{body}'
    )
