"""Tables with one example site, to fill in."""

from asmcarbon.batch.layout import ACTIVITY
from asmcarbon.reports.csv_text import csv_text

_ACTIVITIES = (
    ("mine-1", "diesel.generator", "36500", "L/year", "PER", "2024"),
    ("mine-1", "ore", "1200", "t/year", "PER", "2024"),
    ("mine-1", "gold", "12", "kg/year", "PER", "2024"),
    ("mine-1", "workers", "120", "person", "PER", "2024"),
    ("mine-1", "hours", "2080", "h/year", "PER", "2024"),
)
_SITE = {
    "site": "mine-1", "country": "PER", "year": "2024", "programme": "", "basis": "assumed",
    "diesel.generator [L/month]": "3040", "diesel.generator [± %]": "10", "diesel.vehicles [L/month]": "500",
    "electricity [kWh/month]": "", "anfo [kg/year]": "2000", "ore [t/year]": "1200", "gold [kg/year]": "12",
    "workers [person]": "120", "women [person]": "30", "hours [h/year]": "2080",
}  # fmt: skip


def template(kind: str) -> str:
    """Return a table with one example site: a figure a row (`activity`), or a site a row (`site`)."""
    if kind == "site":
        return csv_text([_SITE])
    return csv_text([dict(zip(ACTIVITY, row, strict=True)) for row in _ACTIVITIES], ACTIVITY)
