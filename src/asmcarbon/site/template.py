"""Commented site files to fill in, one for each type of mine, their comments in the language that is spoken."""

import re
from collections.abc import Iterator
from pathlib import Path

from asmcarbon.messages import _, language

TYPES = {
    "underground": "an underground mine that makes its electricity from diesel",
    "alluvial": "an alluvial unit with engine-driven pumps, that opens land",
    "base_metal": "a copper, cobalt or tin mine, up to the mine gate",
    "milling": "a processing centre that mills its own or others' ore, with a weak grid on offer",
}
_COMMENT = re.compile(r"(?:^|(?<= ))# *(?=\S)")
# What a comment shows as it is typed, before what it says of it: a key with a value, an item of a list, a command.
_TYPED = re.compile(
    r"(?:- )?(?:\{.*?\}|[a-z_]+:(?=  )|[a-z_]+: (?:\{.*?\}|\[.*?\]|\S+(?: \S+)?)|asmcarbon \w+ \S+)(?=  +| +#|$)"
)
_CHOICES = re.compile(r"[a-z_]+(?: \| [a-z_]+)+")


def template(kind: str = "underground") -> str:
    """Return the text of a template: a complete, valid site whose every figure is to be replaced."""
    text = (Path(__file__).with_name("templates") / f"{kind}.yaml").read_text(encoding="utf-8")
    return text if language() == "en" else "".join(map(_told, text.splitlines(keepends=True)))


def remarks(text: str) -> Iterator[str]:
    """Yield what the comments of a template say, line by line: a message each."""
    for line in text.splitlines():
        if place := _remark_at(line):
            yield line[slice(*place)]


def _told(line: str) -> str:
    place = _remark_at(line)
    if place is None:
        return line
    start, end = place
    return line[:start] + _(line[start:end]) + line[end:]


def _remark_at(line: str) -> tuple[int, int] | None:
    """Return where a line says something in words; None where it only shows what is typed."""
    found = _COMMENT.search(line)
    if found is None:
        return None
    start, end = found.end(), len(line.rstrip())
    if typed := _TYPED.match(line, start):
        start = typed.end()
        while start < end and line[start] in " #":
            start += 1
    return (start, end) if start < end and not _CHOICES.fullmatch(line[start:end]) else None
