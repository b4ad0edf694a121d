"""What every page is made of: an answer, tiles, and sections of sentences, charts and tables."""

from collections.abc import Sequence

from msgspec import Struct

from asmcarbon.reports.page.drawing import Chart
from asmcarbon.reports.terminal import Cells


class Tile(Struct, frozen=True):
    """A figure that is read at a glance.

    beside   what to read it against
    """

    name: str
    value: str
    unit: str
    beside: str = ""


class Section(Struct, frozen=True):
    """A part of the page under one heading: what stands in it, in this order."""

    name: str
    title: str
    paragraphs: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[tuple[str, Cells]] = ()
    items: Sequence[str] = ()


class Content(Struct, frozen=True):
    """A page."""

    title: str
    subtitle: str
    answer: Sequence[str]
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    provenance: str


def one_head(cells: Cells, heads: int) -> Cells:
    """Return cells whose heads stand in several rows with one: a page reads it aloud with each figure."""
    head = [", ".join(part.rstrip(",") for part in column if part) for column in zip(*cells.rows[:heads], strict=True)]
    return Cells([head, *cells.rows[heads:]], cells.right)
