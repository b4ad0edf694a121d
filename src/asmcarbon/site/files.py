"""The text of a file of sane size and encoding: a site, or what it names beside it."""

from pathlib import Path

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _, marked

LARGEST_FILE = 1_000_000


def text_from(path: Path, what_it_is: str = marked("a site file"), example: str = "site.yaml") -> str:
    """Return the text of a file; InputError where it cannot be read, with what it should be and an example of a name.

    path   a file of at most 1 MB, in UTF-8
    """
    name = str(path)
    try:
        if path.exists() and not path.is_file():
            raise InputError(Problem("", _("is not a file"), _(what_it_is), example, file=name))
        size = path.stat().st_size
        if size > LARGEST_FILE:
            what = _("has {size:.3g} MB").format(size=size / 1e6)
            expected = _("{kind} of at most 1 MB").format(kind=_(what_it_is))
            raise InputError(Problem("", what, expected, file=name))
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(Problem("", _("cannot be read: {reason}").format(reason=reason), file=name)) from error
    except UnicodeDecodeError as error:
        expected = _("{kind} in UTF-8").format(kind=_(what_it_is))
        raise InputError(Problem("", _("is not a text file"), expected, file=name)) from error
