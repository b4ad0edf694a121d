"""Which days of the year a site's receipts cover, and what was read from them."""

import calendar
import re
from datetime import date
from typing import Annotated, Any, Self

from msgspec import Struct
from pydantic import (
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import core_schema

from asmcarbon.messages import _, marked
from asmcarbon.site.model import Form, Name, Part, refuse

MOST_FILES = 60


class DayForm(Form, frozen=True):
    """A day of the calendar, year first."""

    def check(self, text: str) -> str:
        """Return the text of a day that there is, or refuse it."""
        if day_of(text) is None:
            refuse("form", _("'{given}' is not a date").format(given=text[:60]), _(self.expected), self.example)
        return text


def day_of(text: str) -> date | None:
    """Return the day that a text states as 2024-03-01; None where it states none so.

    >>> day_of("2024-02-29"), day_of("2023-02-29"), day_of("1/3/2024")
    (datetime.date(2024, 2, 29), None, None)
    """
    try:
        return date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


Day = Annotated[str, DayForm("[0-9]{4}-[0-9]{2}-[0-9]{2}", marked("year-month-day"), "2024-03-01")]


class Records(Part):
    """The days that receipts cover, where they are not the whole year."""

    from_: Day = Field(alias="from", description="first day that the receipts cover")
    until: Day = Field(description="last day that they cover")
    annualise: bool = Field(
        default=False, description="true: their sums are scaled to the year, as if the rest of it were alike"
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.until < self.from_:
            what = _("until {until} is before from {start}").format(until=self.until, start=self.from_)
            refuse("records", what, _("the last day covered"), "{from: 2024-03-01, until: 2024-06-30}")
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {("from" if key == "from_" else key): value for key, value in handler(self).items()}

    @property
    def days(self) -> int:
        """How many days are covered, the first and the last counted."""
        return (date.fromisoformat(self.until) - date.fromisoformat(self.from_)).days + 1


def days_of(year: int) -> int:
    """Return the days of a calendar year."""
    return 366 if calendar.isleap(year) else 365


class ReceiptFile(Part):
    """A file of receipts whose lines were added up into the figures of the site."""

    file: Name
    sha256: Annotated[str, Form("[0-9a-f]{64}", marked("64 hexadecimal digits"), "0" * 64)]
    lines: int = Field(ge=1, description="how many were counted")
    first: Day
    last: Day
    repeats: list[int] = Field(
        default_factory=list[int],
        description="lines, by number, that say the same as an earlier one; they are counted too",
    )


class FileNames(Struct, frozen=True):
    """Files of receipts by name in a site file; in a site that was read, what was read from each."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Refuse names: whoever reads files has put in their place what is in them."""
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Describe both."""
        read = handler(schema)
        name = {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["receipts.csv"]}
        return {"anyOf": [name, {"type": "array", "items": name, "maxItems": MOST_FILES}, read]}

    def check(self, given: object) -> object:
        """Return what was read, or refuse names of files."""
        if isinstance(given, str) or (isinstance(given, list) and any(isinstance(one, str) for one in given)):
            what = _("names a file, which is read beside a site file on the command line only")
            expected = _("the sums themselves as figures of the site, or what asmcarbon check --json prints")
            refuse("files", what, expected, "energy: {diesel: {engines: 1200 L/year}}")
        if not isinstance(given, list):
            refuse("files", _("is no file of receipts"), _("the name of a file, or a list of names"), "receipts.csv")
        return given


Receipts = Annotated[list[ReceiptFile], Field(max_length=MOST_FILES), FileNames()]
