"""What can go wrong, as one tree.

    AsmcarbonError
    ├── InputError          what was given cannot be used: text, file, site, table      exit 2, HTTP 422
    │   ├── UnitError       a text that is not a quantity asmcarbon knows
    │   └── MissingExtra    an optional package is not installed                        exit 2
    ├── FactorError         an emission factor table cannot be used                     exit 1, HTTP 500
    │   └── FactorNotFound  no row for what was asked                                   exit 1, HTTP 422
    ├── SolveError          no plan can be given                                        exit 1, HTTP 422
    │   ├── Infeasible      nothing meets all the limits
    │   ├── SolverStopped   a limit of time was reached before any plan was found
    │   └── AuditMismatch   the calculator and the optimiser disagree: a fault of ours
    ├── BatchError          a batch cannot be run as a whole                            exit 2
    ├── StoreError          the server's database does not answer                       exit 1, HTTP 503
    └── QueueFull           too many jobs wait already                                  HTTP 429

Every error carries its fields, not only text, and survives pickling, so that it can cross a process.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from asmcarbon.messages import _

# How many of the nearest rows a sentence names.
NEAREST_TOLD = 3


def printable(text: str) -> str:
    """Return a text with control characters spelled out, so that no input steers the reader's terminal.

    >>> printable("a" + chr(27) + "[31mb")
    'a\\\\x1b[31mb'
    """
    return "".join(one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode() for one in text)


class Problem(Struct, frozen=True):
    """One thing that is wrong with an input: where, what was given, what was expected, an example.

    cell   of a workbook: Site!C14
    """

    where: str
    what: str
    expected: str = ""
    example: str = ""
    line: int | None = None
    file: str = ""
    cell: str = ""

    def sentence(self) -> str:
        """Return the problem as one sentence."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        if self.cell:
            place = f"{self.file}: {self.cell}"
        parts = [part for part in (place, self.where) if part]
        text = self.what
        if self.expected:
            text = _("{what}; expected {expected}").format(what=text, expected=self.expected)
        if self.example and not text.endswith("?"):
            text = _("{what}, for example {example}").format(what=text, example=self.example)
        return printable("  ".join([*parts, text]))


def or_nearest(what: str, name: str, known: Sequence[str]) -> tuple[str, str]:
    """Return what is wrong with a name that is not known, and what was expected: the nearest, or all that there are.

    >>> or_nearest("is no fruit", "aple", ["apple", "pear"])
    ("is no fruit; did you mean 'apple'?", '')
    """
    import difflib  # what few commands need

    close = difflib.get_close_matches(name, known, 1)
    if close:
        return _("{what}; did you mean '{name}'?").format(what=what, name=close[0]), ""
    return what, _("one of {names}").format(names=", ".join(known))


class AsmcarbonError(Exception):
    """Base of all errors that asmcarbon raises on purpose; its text is one or more whole sentences."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the fields, so that the error survives a worker process."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[AsmcarbonError], args: tuple[Any, ...], fields: dict[str, Any]) -> AsmcarbonError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(fields)
    return error


class InputError(AsmcarbonError):
    """What was given cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...] | list[Problem] | Problem) -> None:
        """Take one problem or all of them."""
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.sentence() for problem in self.problems))


class UnitError(InputError):
    """A text that is not a quantity, or a unit that asmcarbon does not know."""


class MissingExtra(InputError):
    """An optional package is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        """Name the feature that was asked for and the extra that brings it."""
        self.feature, self.extra = feature, extra
        what = _("{feature} needs an optional package; install it with: pip install 'asmcarbon[{extra}]'")
        super().__init__(Problem("", what.format(feature=feature, extra=extra)))


class FactorError(AsmcarbonError):
    """An emission factor table cannot be used."""


class FactorNotFound(FactorError):
    """No row of the factor tables answers what was asked; nothing is put in its place."""

    def __init__(
        self,
        item: str,
        region: str,
        year: int | None,
        nearest: tuple[str, ...] = (),
        *,
        why: str = "",
        remedy: str = "",
        is_named: bool = False,
        valid_to: int | None = None,
    ) -> None:
        """Say what was looked for, why there is none and what to do, and the ids of the nearest rows.

        is_named   the reason names the rows that matter, so that the nearest are left out of the text
        valid_to   until when a row of the region was valid, where one was
        """
        self.item, self.region, self.year, self.nearest = item, region, year, tuple(nearest)
        self.valid_to = valid_to
        text = _("no factor for {item} in {region}, {year}").format(
            item=item, region=region, year=year or _("any year")
        )
        if why:
            text = _("{what}: {why}").format(what=text, why=why)
        if remedy:
            text = _("{what}; {remedy}").format(what=text, remedy=remedy)
        if self.nearest and not is_named:
            rows = ", ".join(self.nearest[:NEAREST_TOLD])
            text = _("{what}; the nearest rows are {nearest}").format(what=text, nearest=rows)
        super().__init__(text)


class SolveError(AsmcarbonError):
    """No plan can be given."""


class Infeasible(SolveError):
    """Nothing meets all the limits at once."""


class SolverStopped(SolveError):
    """The solver stopped before it found a plan."""


class AuditMismatch(SolveError):
    """The calculator and the optimiser disagree about the same plan; the plan is not shown."""

    def __init__(self, figure: str, modelled: float, audited: float) -> None:
        """Name the figure and both values."""
        self.figure, self.modelled, self.audited = figure, modelled, audited
        text = _("the plan failed its audit: {figure} is {modelled:.9g} in the model and {audited:.9g} when recomputed")
        super().__init__(text.format(figure=figure, modelled=modelled, audited=audited))


class BatchError(AsmcarbonError):
    """A batch cannot be run as a whole."""


class StoreError(AsmcarbonError):
    """The server's database does not answer for now."""


class QueueFull(AsmcarbonError):
    """Too many jobs wait already."""

    def __init__(self, waiting: int, retry_s: int) -> None:
        """Tell how many wait, and after how many seconds to try again. [time]"""
        self.waiting, self.retry_s = waiting, retry_s
        super().__init__(_("{n} jobs are waiting already").format(n=waiting))

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive pickling."""
        return QueueFull, (self.waiting, self.retry_s)
