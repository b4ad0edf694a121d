"""What answers have in common: the rows of `reports/rows.py`, named for the OpenAPI document.

Each class here and in `*_answers.py` describes rows that are computed elsewhere; `tests/contract` holds every answer
to its class.
"""

from typing import NotRequired, TypedDict

# The functional form is for a key that Python reserves: `try`.
ProblemRow = TypedDict("ProblemRow", {"where": str, "what": str, "expected": str, "try": str})


class ProblemAnswer(TypedDict):
    """An error: RFC 9457 problem details, with each thing that is wrong."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[ProblemRow]


class Stamp(TypedDict):
    """The versions that made an answer."""

    asmcarbon: str
    factor_release: str


class Provenance(Stamp):
    """The same three give the same figures."""

    input_sha256: str
    language: NotRequired[str]  # of its sentences, where it is not English


class Figure(TypedDict):
    """A number and its unit."""

    value: float
    unit: str


class SiteRow(TypedDict):
    """Which site; its place is left out."""

    name: str
    country: str
    year: int
