"""The commented site files as rows to fill in, one a figure: what a workbook is made of."""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import UnitError
from asmcarbon.site.fields import Place, place_at
from asmcarbon.site.template import template
from asmcarbon.units import split

# A key or an item of a list that stands behind a #: what a site may have besides, with an example. After it, what is
# said of it, apart by a # or by two spaces.
_LEFT_OUT = re.compile(r"(?P<indent> *)# (?P<stated> *(?:- \{.*\}|[a-z_]+:.*))")
_REMARK = re.compile(r"(?P<stated>.*?[^ ]) +# ?(?P<remark>.*)")
_SPACED_REMARK = re.compile(r"(?P<stated>.*?(?:[\w%\"\]})]|:)) {2,}(?P<remark>[^ #-].*)")


class TemplateRow(Struct, frozen=True):
    """One row to fill in, or the heading of a group of them.

    path         keys that lead to it, numbers of lists among them
    about        what it is
    value        number or text; of what may be left out, nothing
    unit         of a figure, also of one that is left out
    low_high     its range as the template writes it
    example      of what is left out: what one could write
    is_heading   nothing is written here: the rows below it belong together
    """

    path: tuple[str, ...]
    about: str = ""
    value: str = ""
    unit: str = ""
    low_high: str = ""
    basis: str = ""
    source: str = ""
    example: str = ""
    is_heading: bool = False

    @property
    def key(self) -> str:
        """The path as errors and explanations write it."""
        return ".".join(self.path)


def template_rows(kind: str = "underground") -> list[TemplateRow]:
    """Return the rows of a template in its order, and after each list of groups one more group to fill in."""
    lines, remarks, left_out = _with_what_is_left_out(template(kind))
    node = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
    return _Rows(remarks, left_out).of(node)


def _with_what_is_left_out(text: str) -> tuple[list[str], dict[int, str], set[int]]:
    """Return the lines of a template with what it only suggests, what is said of each, and which only suggest."""
    lines: list[str] = []
    remarks: dict[int, str] = {}
    left_out: set[int] = set()
    begun = False
    for number, line in enumerate(text.splitlines()):
        begun = begun or not line.startswith("#")
        suggested = _LEFT_OUT.fullmatch(line) if begun else None
        if suggested is not None:
            left_out.add(number)
            line = suggested["indent"] + suggested["stated"]
        remark = _REMARK.fullmatch(line) or (_SPACED_REMARK.fullmatch(line) if suggested else None)
        if remark is not None:
            line, remarks[number] = remark["stated"], remark["remark"]
        lines.append(line)
    return lines, remarks, left_out


class _Rows:
    """The walk through a template that was read as YAML."""

    def __init__(self, remarks: dict[int, str], left_out: set[int]) -> None:
        self.remarks, self.left_out = remarks, left_out
        self.told: set[int] = set()

    def of(self, node: yaml.Node) -> list[TemplateRow]:
        """Return the rows of a template."""
        return list(self._below(node, ()))

    def _below(self, node: Any, path: tuple[str, ...]) -> Iterator[TemplateRow]:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from self._at(value, (*path, key.value), key.start_mark.line)
            return
        items = [list(self._at(one, (*path, str(n)), one.start_mark.line)) for n, one in enumerate(node.value)]
        for rows in items:
            yield from rows
        if any(row.value for row in items[-1]):
            yield from _blank(items, path)

    def _at(self, node: Any, path: tuple[str, ...], line: int) -> Iterator[TemplateRow]:
        place = place_at(path)
        assert place is not None, f"a template has a key that no site has: {'.'.join(path)}"
        if place.kind == "group" and not isinstance(node, yaml.ScalarNode):
            yield TemplateRow(path, self._about(line, place), is_heading=True)
            yield from self._below(node, path)
            return
        row = _stated(node, place)
        row = replace(row, path=path, about=self._about(line, place))
        yield _as_example(row) if line in self.left_out else row

    def _about(self, line: int, place: Place) -> str:
        """Return what the template says of the first thing that stands on a line, else what the site says."""
        remark = "" if line in self.told else self.remarks.get(line, "")
        self.told.add(line)
        return remark.strip() or place.about


def _stated(node: Any, place: Place) -> TemplateRow:
    if isinstance(node, yaml.SequenceNode):
        return TemplateRow((), value=", ".join(one.value for one in node.value))
    if isinstance(node, yaml.ScalarNode):
        return _amount(node.value, place)
    stated = {key.value: one.value for key, one in node.value}
    row = _amount(stated["value"], place)
    return replace(
        row, low_high=stated.get("range", ""), basis=stated.get("basis", ""), source=stated.get("source", "")
    )


def _amount(text: str, place: Place) -> TemplateRow:
    if place.kind != "measure" or text.startswith("±"):
        return TemplateRow((), value=text)
    number, _space, unit = text.partition(" ")
    try:
        split(text)
    except UnitError:
        return TemplateRow((), value=text)
    return TemplateRow((), value=number, unit=unit)


def _as_example(row: TemplateRow) -> TemplateRow:
    example = f"{row.value} {row.unit}".strip()
    return replace(row, value="", low_high="", basis="", source="", example=example)


def _blank(items: list[list[TemplateRow]], path: tuple[str, ...]) -> Iterator[TemplateRow]:
    """Yield one more item of a list of groups: every key that an item has, with nothing written."""
    seen: set[tuple[str, ...]] = set()
    for row in (one for rows in items for one in rows):
        below = row.path[len(path) + 1 :]
        if below not in seen:
            seen.add(below)
            blank = row if row.is_heading or row.example else _as_example(row)
            yield replace(blank, path=(*path, str(len(items)), *below))
