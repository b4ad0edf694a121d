"""Bring the catalogues to what the source says: new messages come in untranslated, those that are gone go.

python tests/update_catalogues.py
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from asmcarbon.messages import LANGUAGES
from asmcarbon.site.template import TYPES, remarks, template

SOURCE = Path(__file__).resolve().parent.parent / "src" / "asmcarbon"
LOCALE = SOURCE / "locale"


def said() -> frozenset[str]:
    """Every message of the program: what its code marks, and what the comments of its templates say."""
    found = extract_from_dir(SOURCE, keywords={"_": None, "marked": None})
    of_code = {str(message) for _file, _line, message, _comments, _context in found}
    return frozenset(of_code | {one for kind in TYPES for one in remarks(template(kind))})


def catalogue_at(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "asmcarbon.po"


def updated(language: str) -> int:
    """Write the catalogue of a language; return how many messages it lacks."""
    path = catalogue_at(language)
    with path.open("rb") as file:
        old = {str(one.id): str(one.string) for one in read_po(file) if one.id}
    new = Catalog(locale=language, fuzzy=False)
    for message in sorted(said()):
        new.add(message, old.get(message, ""))
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("\n\n") + 2]
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        write_po(file, new, no_location=True, width=0, omit_header=True)
    part.write_text(head + part.read_text(encoding="utf-8").lstrip("\n"), encoding="utf-8")
    part.replace(path)
    return sum(not old.get(message) for message in said())


if __name__ == "__main__":
    for one in sorted(set(LANGUAGES) - {"en"}):
        print(f"{one}: {updated(one)} to translate")
