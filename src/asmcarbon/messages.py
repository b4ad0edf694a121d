"""Text for people, ready for translation: `_("...")` marks a message and looks up its translation.

Messages carry named places (`{given}`), never joined pieces, so that a translator sees a whole sentence.
"""

import gettext
from functools import cache
from pathlib import Path


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("asmcarbon", Path(__file__).parent / "locale", fallback=True)


def _(message: str) -> str:
    """Return the message in the user's language, or as it stands where no catalogue has it."""
    return _catalogue().gettext(message)
