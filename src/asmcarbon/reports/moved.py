"""One figure under other rules: another GWP set, another release of the factors; what moved, and why."""

from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.moves import moves_between
from asmcarbon.messages import _
from asmcarbon.reports.explain import explanation_of, lines_asked
from asmcarbon.reports.moves import move_lines, move_row
from asmcarbon.reports.rows import Row, under
from asmcarbon.site.site import GwpSet, Site


def moved_report(site: Site, before: FactorTables, after: FactorTables, gwp_set: GwpSet | None, name: str) -> Row:
    """Return a figure by the site's own rules and by others, with the lines that moved and the inputs that moved them.

    name      of the figure, as `explanation` takes it
    gwp_set   the other set, or None for the site's own
    """
    other = under(site, gwp_set)
    sides = [(site, before), (other, after)]
    footprints = [(calculate(activities_of(one), one, tables), one) for one, tables in sides]
    told = [explanation_of(footprint, one, name) for footprint, one in footprints]
    lines = [lines_asked(name, one, footprint) for footprint, one in footprints]
    figures = [
        {
            "value": one["tree"]["value"], "unit": one["tree"]["unit"], "gwp_set": one["gwp_set"],
            "factor_release": one["factor_release"],
        }
        for one in told
    ]  # fmt: skip
    moves = [move_row(move) for move in moves_between(*lines)]
    return {"figure": name, "before": figures[0], "after": figures[1], "moves": moves}


def moved_text(report: Row) -> str:
    """Return a figure by two rules, and what moved it, as text."""
    lines: list[str] = []
    for side in ("before", "after"):
        one = report[side]
        value = _("not known") if one["value"] is None else f"{one['value']:.12g} {one['unit']}"
        text = _("{figure} = {value}  (factors {release}, GWP100 of {gwp_set})")
        words = {"figure": report["figure"], "release": one["factor_release"], "gwp_set": one["gwp_set"]}
        lines.append(text.format(value=value, **words))
    first, second = report["before"]["value"], report["after"]["value"]
    if first and second is not None:
        lines.append(_("a change of {change:+,.3g} %").format(change=100 * (second / first - 1)))
    if not report["moves"]:
        return "\n".join([*lines, _("no line moves")]) + "\n"
    return "\n".join([*lines, "", _("Lines that moved"), *move_lines(report["moves"], most=50)]) + "\n"
