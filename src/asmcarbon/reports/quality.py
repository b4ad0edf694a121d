"""How good the data of a footprint are, as rows and as text: the share of primary data, the ratings of PACT."""

from collections.abc import Mapping
from textwrap import wrap

from asmcarbon.footprint.data_quality import CRITERIA, LineQuality, Quality, quality_of
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _, marked, numeral
from asmcarbon.reports.rows import Row

METHOD = (
    "PACT Technical Specifications 3.0; ratings by the matrix of the PACT Methodology 3.0, p. 66;"
    " primary data by the Pathfinder Framework 2.0, section 4.2.2"
)
# Land and removals only where the site states any.
TOTALS = ("scopes_1_2", "scopes_1_2_3", "land_use_change", "removals")


def quality_row(footprint: Footprint, known: Mapping[int, LineQuality]) -> Row:
    """Return how good the data of each total are, by what is known of each line."""
    row: Row = {"method": METHOD}
    for total in TOTALS:
        lines = footprint.lines_of(total)
        row[total] = _total_row(quality_of(lines, known)) if lines or total.startswith("scopes") else None
    return row


def _total_row(found: Quality) -> Row:
    return {
        "primary_data_share_percent": None if found.primary is None else 100 * found.primary,
        "measured_activity_percent": None if found.measured is None else 100 * found.measured,
        **{
            name: {
                "rating": None if found.ratings is None else found.ratings[name],
                "reasons": [
                    {"rating": one.score, "reason": one.reason, "share_percent": 100 * one.share}
                    for one in found.reasons[name]
                ],
            }
            for name in CRITERIA
        },
    }


def line_quality_row(found: LineQuality) -> Row:
    """Return what is known of the data behind one line."""
    ratings = {name: {"rating": one.score, "reason": one.reason, "key": one.key} for name, one in found.ratings.items()}
    return {"is_primary": found.is_primary, "is_activity_measured": found.is_activity_measured, **ratings}


# The totals that are told with how well they are known.
TOLD_TOTALS = {
    "scopes_1_2_3": marked("scopes 1+2+3"),
    "land_use_change": marked("land-use change"),
    "removals": marked("removals"),
}
# In the text a reason for less of a total than this would be told as 0 %.
_TOLD_FROM = 0.5
_NAMES = {"technological": marked("technology"), "temporal": marked("time"), "geographical": marked("geography")}


def total_name(total: str) -> str:
    """Return what people call a total."""
    return _(TOLD_TOTALS[total])


def quality_lines(row: Row) -> list[str]:
    """Return how good the data of each total are, in sentences, each rating with its reasons."""
    lines: list[str] = []
    for total in TOLD_TOTALS:
        found, name = row[total], total_name(total)
        if found is None or found["primary_data_share_percent"] is None:
            continue
        text = _(
            "Primary data (PACT: activity and emission factor both measured by the site): {primary:,.0f} % of {name};"
            " {measured:,.0f} % of it rests on measured activity."
        )
        shares = {"primary": found["primary_data_share_percent"], "measured": found["measured_activity_percent"]}
        text_of_ratings = _("Data quality of its factors (PACT, 1 best, 5 worst): {ratings}")
        ratings = ", ".join(
            f"{_(word)} {numeral(found[criterion]['rating'], ',.1f')}" for criterion, word in _NAMES.items()
        )
        lines += [text.format(name=name, **shares), "  " + text_of_ratings.format(ratings=ratings)]
        lines += _reason_lines(found)
    return lines


def _reason_lines(found: Row) -> list[str]:
    """Return why the ratings of a total are as they are, those with the same reasons in one line."""
    same: dict[str, list[str]] = {}
    for criterion, word in _NAMES.items():
        text = _("{rating} {reason} ({share:,.0f} %)")
        reasons = [
            text.format(rating=one["rating"], reason=one["reason"], share=one["share_percent"])
            for one in found[criterion]["reasons"]
            if one["share_percent"] >= _TOLD_FROM
        ]
        same.setdefault("; ".join(reasons), []).append(_(word))
    return [
        line
        for reasons, words in same.items()
        for line in wrap(f"{', '.join(words)}: {reasons}", 116, initial_indent="    ", subsequent_indent="      ")
    ]
