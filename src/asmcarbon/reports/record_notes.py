"""What a reader has to know of figures that were added up from receipts."""

from asmcarbon.messages import _
from asmcarbon.site.records import days_of
from asmcarbon.site.site import Site


def record_notes(site: Site) -> list[str]:
    """Return what the receipts of a site cover, whether their sums were scaled, and which lines stand twice."""
    notes: list[str] = []
    whole, records = days_of(site.year), site.records
    if records is not None and records.days < whole:
        scaled = _(
            "records cover {days} of {whole} days; sums of receipts were multiplied by {whole}/{days}, as if the rest"
            " of the year were alike"
        )
        bare = _(
            "records cover {days} of {whole} days; nothing was added for the rest, and what the site states by the year"
            " is not cut to match"
        )
        notes.append((scaled if records.annualise else bare).format(days=records.days, whole=whole))
    for one in site.receipts:
        if records is None:
            text = _(
                "{n} receipts of {file}, from {first} to {last}, count as all of {year}: say so if they are a part"
            )
            notes.append(text.format(n=one.lines, file=one.file, first=one.first, last=one.last, year=site.year))
        if one.repeats:
            shown = ", ".join(str(line) for line in one.repeats[:10]) + (", …" if len(one.repeats) > 10 else "")
            text = _("{file}: the same as an earlier line, and counted as a receipt of its own: line {lines}")
            notes.append(text.format(file=one.file, lines=shown))
    return notes
