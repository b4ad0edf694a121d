"""What every part of a site has in common: frozen, and no key that is not known."""

import re
from typing import Annotated, Any, LiteralString

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic_core import PydanticCustomError, core_schema

from asmcarbon.factors.countries import COUNTRIES
from asmcarbon.messages import _, marked


def refuse(kind: LiteralString, what: str, expected: str, example: str) -> None:
    """Raise what pydantic collects, in the fields of our own problems."""
    raise PydanticCustomError(kind, "{what}", {"what": what, "expected": expected, "example": example})


class Form(Struct, frozen=True):
    """A text of a certain form, with a sentence for people where it is of another."""

    pattern: str
    expected: str
    example: str
    choices: frozenset[str] = frozenset()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Check the form after the text itself."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Describe the form by its pattern."""
        if self.choices:
            return {"type": "string", "enum": sorted(self.choices), "examples": [self.example]}
        return {**handler(schema), "pattern": f"^({self.pattern})$", "examples": [self.example]}

    def check(self, text: str) -> str:
        """Return the text, or refuse it."""
        if self.choices and text not in self.choices:
            refuse("form", _("'{given}' is not known").format(given=text[:60]), _(self.expected), self.example)
        if not re.fullmatch(self.pattern, text):
            refuse("form", _("'{given}' is not of that form").format(given=text[:60]), _(self.expected), self.example)
        return text


_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"

# No control characters: names are printed on terminals and written to tables.
LINE = "[^\\x00-\\x1f\\x7f-\\x9f]*"
_LINES = "[^\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]*"

LONGEST_NAME = 200
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_NAME), Form(LINE, marked("one line of text"), "My site")
]
Text = Annotated[
    str, StringConstraints(max_length=2000), Form(_LINES, marked("text without control characters"), "from the ledger")
]
Country = Annotated[str, Form("[A-Z]{3}", marked("the three letters of a country in ISO 3166"), "PER", COUNTRIES)]
Window = Annotated[str, Form(f"{_TIME}-({_TIME}|24:00)", marked("two times of day, HH:MM-HH:MM"), "06:00-18:00")]


class Part(BaseModel):
    """A part of a site: frozen; unknown keys, NaN and infinity are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, strict=True, arbitrary_types_allowed=True
    )
