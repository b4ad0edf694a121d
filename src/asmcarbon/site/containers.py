"""Containers of a site's own: what is filled and counted there, a sack or a bucket, and what one holds.

    containers:
      sack: {value: 45 kg, range: 40..50 kg, basis: measured, source: weighed ten}
    processing: {ore: 30 sack/week}

The ore is 1350 kg a week then, in the range of the sack, and says that it was counted in sacks.
"""

from typing import Annotated

from pydantic_core import PydanticCustomError

from asmcarbon.errors import UnitError
from asmcarbon.measures import CONTENTS, Containers, Datum
from asmcarbon.messages import _, marked
from asmcarbon.site.model import Form, refuse
from asmcarbon.units import LONGEST_WORD, unit_of

MOST_CONTAINERS = 50


class WordForm(Form, frozen=True):
    """A word that may stand among units, and is none itself."""

    def check(self, text: str) -> str:
        """Return the word, or refuse it: a unit keeps its size."""
        Form.check(self, text)
        try:
            unit_of(text)
        except UnitError:
            if text != "per":
                return text
        refuse("form", _("'{word}' is a unit already").format(word=text), _("a word of your own"), f"my_{text}")
        return text


WORD = WordForm(f"[A-Za-z][A-Za-z0-9_]{{1,{LONGEST_WORD - 1}}}", marked("a word of letters a to z"), "sack")
Word = Annotated[str, WORD]


def containers_of(content: object) -> Containers:
    """Return what the containers hold that a site's plain values define; None for one that cannot be read.

    What is wrong with them is told when they are validated as part of the site.
    """
    found: dict[str, Datum | None] = {}
    for word, given in content.items() if isinstance(content, dict) else ():
        try:
            WORD.check(str(word))
        except PydanticCustomError:
            continue
        try:
            found[str(word)] = CONTENTS.read(given)
        except PydanticCustomError:
            found[str(word)] = None
    return found
