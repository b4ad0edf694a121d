"""A site file to a `Site`, or every problem of the file at once, each with its line."""

import re
from pathlib import Path
from typing import Any, get_args

import yaml
from msgspec.structs import replace
from pydantic import ValidationError

from asmcarbon.errors import InputError, Problem, or_nearest
from asmcarbon.messages import _
from asmcarbon.site.files import LARGEST_FILE, SHEET, WORKBOOKS, text_from
from asmcarbon.site.site import Site

DEEPEST = 20
MOST_PROBLEMS = 50

_PLAIN_NUMBER = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][-+]?\d{1,3})?")


def read_site(path: Path) -> Site:
    """Return the site that a YAML or JSON file or a workbook describes; InputError lists all that is wrong with it."""
    if path.suffix.lower() in WORKBOOKS:
        return _site_in_workbook(path)
    return site_from(text_from(path), str(path), path.parent)


def site_from(text: str, name: str, folder: Path | None = None) -> Site:
    """Return the site that a text in YAML or JSON describes.

    name     what errors call it
    folder   where the receipts and polygons that it names are looked for; without it they are refused
    """
    content, lines, problems = plain_of(text, name)
    return _checked(content, lines, problems, name, folder)


def _site_in_workbook(path: Path) -> Site:
    from asmcarbon.site.workbook import filled_in  # what few sites come in

    name, found = str(path), filled_in(path)
    try:
        return _checked(found.content, found.lines, found.problems[:MOST_PROBLEMS], name, path.parent)
    except InputError as error:
        told = {one.line for one in found.problems}
        raise InputError(
            [
                replace(one, cell=f"{SHEET}!{found.cell_of(one)}")
                if one.line and one.file == name and not one.cell
                else one
                for one in error.problems
                if one.cell or one.file != name or one.line not in told
            ]
        ) from error


def _checked(
    content: Any, lines: dict[tuple[Any, ...], int], problems: list[Problem], name: str, folder: Path | None
) -> Site:
    """Return the site that plain values describe, or tell what is wrong with them and what was found before."""
    if folder is not None and isinstance(content, dict) and "receipts" in content:
        from asmcarbon.site.receipt_sums import file_names, with_receipts  # what few sites have

        names = file_names(content)
        if names is not None:
            summed = with_receipts(content, names, folder, name, lines)
            content = summed.content
            problems = problems + _shortened(summed.problems)
    try:
        site = site_of(content, name, lines, folder)
    except InputError as error:
        raise InputError(_in_order([*problems, *error.problems], name)) from error
    if problems:
        raise InputError(_in_order(problems, name))
    return site


def plain_of(text: str, name: str) -> tuple[Any, dict[tuple[Any, ...], int], list[Problem]]:
    """Return the plain values of a text in YAML or JSON, the line of each key, and what is wrong with its form."""
    reader = _Reader(name)
    return reader.read(text), reader.lines, reader.problems[:MOST_PROBLEMS]


def _shortened(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    what = _("there are {n} more problems with receipts").format(n=len(problems) - MOST_PROBLEMS)
    return [*problems[:MOST_PROBLEMS], Problem("", what, file=problems[MOST_PROBLEMS - 1].file)]


def _in_order(problems: list[Problem], name: str) -> list[Problem]:
    """Return problems by their lines, those of the site's own file first."""
    return sorted(problems, key=lambda one: (one.file != name, one.file, one.line or LARGEST_FILE))


def site_of(
    content: object, name: str = "", lines: dict[tuple[Any, ...], int] | None = None, folder: Path | None = None
) -> Site:
    """Return the site that plain values describe; InputError lists all that is wrong with them."""
    if not isinstance(content, dict):
        raise InputError(Problem("", _("is not a list of keys with values"), _("a site"), "name: My site", file=name))
    try:
        return Site.model_validate(content, context={"folder": folder})
    except ValidationError as error:
        raise InputError(problems_of(error, name, lines)) from error


def problems_of(
    error: ValidationError, name: str = "", lines: dict[tuple[Any, ...], int] | None = None, root: Any = Site
) -> list[Problem]:
    """Return what pydantic collected as our problems: where, what, what instead; `root` is what was read."""
    found = error.errors(include_url=False)
    problems = [_problem(one, name, lines or {}, root) for one in found[:MOST_PROBLEMS]]
    if len(found) > MOST_PROBLEMS:
        problems.append(Problem("", _("has {n} more problems").format(n=len(found) - MOST_PROBLEMS), file=name))
    return problems


def _problem(error: Any, name: str, lines: dict[tuple[Any, ...], int], root: Any) -> Problem:
    place = tuple(part for part in error["loc"] if part != "[key]")
    context, kind = error.get("ctx", {}), error["type"]
    where = ".".join(str(part) for part in place)
    line = next((lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in lines), None)
    given = repr(error["input"]) if isinstance(error["input"], str | int | float) else ""
    given = given if len(given) <= 60 else given[:60] + "…"
    if "what" in context:
        what, expected, example = context["what"], context["expected"], context["example"]
    elif kind == "extra_forbidden":
        (what, expected), example = _unknown_key(place, root), ""
    elif kind in ("model_type", "dict_type"):
        what = _("is empty") if error["input"] is None else _("{given} is not a group of keys").format(given=given)
        expected, example = _("keys with values below it, or the key left out"), ""
    elif kind == "missing":
        what, expected, example = _("is missing"), "", ""
    else:
        message = str(error["msg"]).removeprefix("Input should be ")
        what = _("{given} cannot be used").format(given=given) if given else _("cannot be used")
        expected, example = message[:1].lower() + message[1:], ""
    return Problem(where, what, expected, example, line, name)


def _unknown_key(place: tuple[Any, ...], root: Any) -> tuple[str, str]:
    part: Any = root
    for key in place[:-1]:
        part = _part_at(part, key)
    known = [field.alias or name for name, field in getattr(part, "model_fields", {}).items()]
    return or_nearest(_("is not a key that asmcarbon knows"), str(place[-1]), known)


def _part_at(part: Any, key: Any) -> Any:
    """Return the model that a key of a model leads to, through lists and options."""
    field = getattr(part, "model_fields", {}).get(key)
    if field is None:
        return part
    queue = [field.annotation]
    while queue:
        one = queue.pop()
        if hasattr(one, "model_fields"):
            return one
        queue.extend(get_args(one))
    return None


def _without_escapes(text: str) -> str:
    r"""Return JSON text with its pairs of surrogates (`\ud83e\udea8`) as the characters they stand for.

    YAML reads all of JSON but these.
    """
    if not text.lstrip().startswith("{"):
        return text
    pairs = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
    return pairs.sub(lambda pair: bytes.fromhex(pair[1] + pair[2]).decode("utf-16-be"), text)


class _Reader:
    """YAML events to plain values, with the line of each key.

    Aliases are refused (a few lines of them expand to gigabytes), so are duplicate keys and custom tags; only
    `true`, `false`, `null` and plain decimal numbers are other than text, so that the country code `NO` stays text.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[tuple[Any, ...], int] = {}
        self.problems: list[Problem] = []

    def read(self, text: str) -> Any:
        if not text.strip():
            raise InputError(Problem("", _("is empty; write one with: asmcarbon init site.yaml"), file=self.name))
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            events = yaml.parse(_without_escapes(text), Loader=loader)
            next(events)  # the stream's start
            if isinstance(next(events), yaml.StreamEndEvent):
                raise InputError(Problem("", _("holds comments only"), _("a site"), "name: My site", file=self.name))
            content = self._value(events, None, ())
            next(events)  # the document's end
            if not isinstance(next(events), yaml.StreamEndEvent):
                raise InputError(Problem("", _("holds more than one document"), _("one site a file"), file=self.name))
            return content
        except (UnicodeEncodeError, RecursionError) as error:
            raise InputError(
                Problem("", _("holds characters that are not text"), _("a YAML file in UTF-8"), file=self.name)
            ) from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or _("holds characters that are not text")
            what = _("is not YAML: {reason}").format(reason=reason)
            problem = Problem(
                "", what, _("lines of the form key: value"), line=mark.line + 1 if mark else None, file=self.name
            )
            raise InputError(problem) from error

    def _value(self, events: Any, event: Any, path: tuple[Any, ...]) -> Any:
        event = event or next(events)
        line = event.start_mark.line + 1
        self.lines.setdefault(path, line)
        if getattr(event, "tag", None) is not None:
            what = _("uses a YAML tag ({tag})").format(tag=str(event.tag)[:40])
            raise InputError(Problem(self._where(path), what, _("plain values"), line=line, file=self.name))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what = _("uses a YAML anchor or alias (& or *)")
            raise InputError(Problem(self._where(path), what, _("every value written out"), line=line, file=self.name))
        if len(path) > DEEPEST:
            what = _("is nested more than {n} deep").format(n=DEEPEST)
            raise InputError(Problem("", what, line=line, file=self.name))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._value(events, event, (*path, len(items))))
            return items
        return self._mapping(events, path)

    def _mapping(self, events: Any, path: tuple[Any, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        event: Any
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent) or event.anchor:
                what = _("has a key that is not plain text")
                raise InputError(Problem(self._where(path), what, "key: value", line=line, file=self.name))
            key = event.value
            if key in values:
                first = self.lines[(*path, key)]
                what = _("is given twice; first on line {first}").format(first=first)
                self.problems.append(Problem(self._where((*path, key)), what, line=line, file=self.name))
            self.lines.setdefault((*path, key), line)
            values[key] = self._value(events, None, (*path, key))
        return values

    def _scalar(self, event: Any) -> Any:
        text = event.value
        if not event.implicit[0]:
            return text
        words = {"true": True, "false": False, "null": None, "~": None, "": None}
        if text in words:
            return words[text]
        if _PLAIN_NUMBER.fullmatch(text):
            return int(text) if text.lstrip("+-").isdigit() else float(text)
        return text

    def _where(self, path: tuple[Any, ...]) -> str:
        return ".".join(str(part) for part in path)
