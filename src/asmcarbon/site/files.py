"""The text of a file of sane size and encoding: a site, or what it names beside it."""

from pathlib import Path

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _, marked

LARGEST_FILE = 1_000_000
# What a site may come in besides text: its sheet is read from the first, and the others are told to be saved as that.
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SHEET = "Site"


def text_from(path: Path, what_it_is: str = marked("a site file"), example: str = "site.yaml") -> str:
    """Return the text of a file; InputError where it cannot be read, with what it should be and an example of a name.

    path   a file of at most 1 MB, in UTF-8
    """
    try:
        return bytes_from(path, what_it_is, example).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        expected = _("{kind} in UTF-8").format(kind=_(what_it_is))
        raise InputError(Problem("", _("is not a text file"), expected, file=str(path))) from error


def bytes_from(path: Path, what_it_is: str, example: str, largest: int = LARGEST_FILE) -> bytes:
    """Return what is in a file of at most so many bytes; InputError where it cannot be read."""
    name = str(path)
    try:
        if path.exists() and not path.is_file():
            raise InputError(Problem("", _("is not a file"), _(what_it_is), example, file=name))
        size = path.stat().st_size
        if size > largest:
            what = _("has {size:.3g} MB").format(size=size / 1e6)
            expected = _("{kind} of at most {limit:.0f} MB").format(kind=_(what_it_is), limit=largest / 1e6)
            raise InputError(Problem("", what, expected, file=name))
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(Problem("", _("cannot be read: {reason}").format(reason=reason), file=name)) from error
