"""An explanation as an indented tree, with every digit that a reader needs to compute it again."""

from collections.abc import Iterator
from textwrap import wrap

from asmcarbon.messages import _
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import provenance_line


def explanation_text(report: Row) -> str:
    """Return an explanation as a page of text."""
    formulas = {one["equation"]: one["formula"] for one in report["equations"]}
    lines = [*_node_lines(report["tree"], formulas, 0, {}, _met_twice(report["tree"])), ""]
    if report["equations"]:
        lines += [_("Equations"), *_equation_lines(report["equations"]), ""]
    return "\n".join([*lines, provenance_line(report)]) + "\n"


def _node_lines(row: Row, formulas: dict[str, str], depth: int, seen: dict[str, int], twice: set[str]) -> Iterator[str]:
    pad = "  " * depth
    children, mark = row.get("children", []), _mark(row)
    head = f"{pad}{row['name']}" + ("" if row.get("value", "") == "" else f" = {_value(row)}")
    if "low" in row:
        head += f"  ({row['low']:.12g}..{row['high']:.12g})"
    if mark in seen:
        yield f"{head}  " + _("as in [{n}]").format(n=seen[mark])
        return
    if mark in twice:
        seen[mark] = len(seen) + 1
        head += f"  [{seen[mark]}]"
    yield head
    if "key" in row and row["basis"] in ("factor", "convention"):
        yield f"{pad}    {'' if row['basis'] == 'convention' else row['key'] + ': '}{row['source']}"
    elif "key" in row:
        yield f"{pad}    {row['key']}: " + ", ".join(filter(None, (row["basis"], row["source"])))
    if row.get("note"):
        yield f"{pad}    {row['note']}"
    if row.get("equation") == "sum" and children:
        yield f"{pad}  " + _("the sum of")
    elif row.get("equation") in formulas:
        yield f"{pad}  {row['equation']}: {formulas[row['equation']]}"
    for child in children:
        yield from _node_lines(child, formulas, depth + 1, seen, twice)


def _mark(row: Row) -> str:
    """Return what makes two computed figures the same one; blank for others."""
    computed = row.get("equation") not in (None, "sum")
    return repr((row["value"], row["unit"], row["equation"], row["children"])) if computed else ""


def _met_twice(row: Row) -> set[str]:
    """Return the marks of the figures that stand in a tree more than once."""
    met: list[str] = []

    def walk(one: Row) -> None:
        met.append(_mark(one))
        for child in one.get("children", []):
            walk(child)

    walk(row)
    return {mark for mark in met if mark and met.count(mark) > 1}


def _value(row: Row) -> str:
    if row["value"] is None:
        return _("not known")
    return f"{row['value']:.12g}" + ("" if row["unit"] == "1" else f" {row['unit']}")


def _equation_lines(equations: list[Row]) -> Iterator[str]:
    for one in equations:
        yield f"  {one['equation']} = {one['formula']}"
        yield from wrap(f"{one['gives']} {one['source']}", 116, initial_indent="    ", subsequent_indent="    ")
