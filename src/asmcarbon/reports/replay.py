"""A report that can be computed again from itself: what it was made of goes in, and is compared with what comes out."""

import json
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from typing import Any

from asmcarbon.errors import AsmcarbonError, InputError, Problem
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.footprint.monte_carlo import LARGEST_SEED, MOST_DRAWS
from asmcarbon.messages import _, known_language, speaking
from asmcarbon.reports.evidence import tables_of, written
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.rows import Row, version_installed
from asmcarbon.site.read import site_of

_LARGEST = 50_000_000  # bytes
# Between versions arithmetic may be ordered otherwise; of one version every figure is equal to the bit.
_CLOSE = 1e-9


def replayed(path: Path) -> Row:
    """Return what a report says that its own content does not give, figure by figure; InputError where it is no report.

    made_with, installed   versions of asmcarbon
    figures                how many figures were compared
    differences            where, what the report says, what was computed
    rows_changed           rows that the report holds otherwise than the release of that name which is installed
    is_release_installed   whether its rows could be compared with those of its release
    """
    report = _read(path)
    try:
        tables = tables_of(report)
        site = site_of(report["evidence"]["site"], str(path))
        drawn = report.get("monte_carlo")
        with speaking(known_language(str(report.get("language", "en"))) or "en"):
            again = footprint_report(site, tables, draws=_draws(drawn) if drawn else None)
    except InputError:
        raise
    except AsmcarbonError as error:
        raise InputError(Problem("evidence", str(error), file=str(path))) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _not_a_report(path) from error
    installed = version_installed()
    skipped = {"evidence", "asmcarbon", *(["input_sha256"] if report["evidence"].get("coarsened") else [])}
    close = 0.0 if report["asmcarbon"] == installed else _CLOSE
    given = {name: value for name, value in report.items() if name not in skipped}
    found = json.loads(json.dumps({name: value for name, value in again.items() if name not in skipped}))
    return {
        "report": path.name,
        "made_with": report["asmcarbon"],
        "installed": installed,
        "factor_release": report["factor_release"],
        "figures": sum(1 for _number in _numbers(found)),
        "differences": [
            {"where": where, "report": one, "computed": other} for where, one, other in _unlike(given, found, "", close)
        ],
        **_rows_beside_release(tables),
    }


def _draws(drawn: Row) -> tuple[int, int]:
    number, seed = int(drawn["draws"]), int(drawn["seed"])
    if not (0 < number <= MOST_DRAWS and 0 <= seed <= LARGEST_SEED):
        raise ValueError(number, seed)
    return number, seed


def _read(path: Path) -> Row:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(Problem("", _("is larger than 50 MB"), _("one report"), file=str(path)))
        report = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        what = _("cannot be read: {reason}").format(reason=error.strerror or error)
        raise InputError(Problem("", what, file=str(path))) from error
    except (ValueError, RecursionError) as error:
        raise _not_a_report(path) from error
    if not isinstance(report, dict) or not {"asmcarbon", "factor_release", "evidence", "lines"} <= report.keys():
        raise _not_a_report(path)
    return report


def _not_a_report(path: Path) -> InputError:
    what = _("is no footprint report that holds what it was made of")
    example = "asmcarbon footprint site.yaml --json -o report.json"
    return InputError(Problem("", what, _("a report in JSON"), example, file=str(path)))


def _rows_beside_release(tables: FactorTables) -> Row:
    shipped = read_tables()
    if shipped.release != tables.release:
        return {"rows": len(tables.factors), "is_release_installed": False, "rows_changed": []}
    known = {factor.factor_id: written(factor) for factor in shipped.factors}
    changed = [one.factor_id for one in tables.factors if not one.is_own and known.get(one.factor_id) != written(one)]
    return {"rows": len(tables.factors), "is_release_installed": True, "rows_changed": changed}


def _unlike(given: Any, found: Any, where: str, close: float) -> Iterator[tuple[str, Any, Any]]:
    """Yield where two trees of plain values differ: by name or place, with both values."""
    if isinstance(given, dict) and isinstance(found, dict):
        for name in dict.fromkeys([*given, *found]):
            yield from _unlike(given.get(name), found.get(name), f"{where}.{name}" if where else str(name), close)
    elif isinstance(given, list) and isinstance(found, list) and len(given) == len(found):
        for number, (one, other) in enumerate(zip(given, found, strict=True)):
            yield from _unlike(one, other, f"{where}.{number}", close)
    elif given != found and not _are_close(given, found, close):
        yield where, given, found


def _are_close(given: Any, found: Any, close: float) -> bool:
    return _is_number(given) and _is_number(found) and isclose(given, found, rel_tol=close)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(value: Any) -> Iterator[float]:
    if _is_number(value):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _numbers(one)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"


def replay_text(result: Row) -> str:
    """Return in sentences whether a report is what its own content gives."""
    differ, made, installed = result["differences"], result["made_with"], result["installed"]
    text = _(
        "{report}: made by asmcarbon {made}, factors {release}; computed again by {installed} from its own content."
    )
    lines = [text.format(report=result["report"], made=made, release=result["factor_release"], installed=installed)]
    if differ:
        lines.append(_("{n} of its entries differ:").format(n=len(differ)))
        lines += [
            f"  {one['where']}: {_short(one['report'])}, computed {_short(one['computed'])}" for one in differ[:20]
        ]
        lines += [_("  … and {n} more").format(n=len(differ) - 20)] if len(differ) > 20 else []
    else:
        lines.append(_("All {n} figures are equal.").format(n=result["figures"]))
    if differ and made != installed:
        text = _("Version {made} is not the one installed: pip install asmcarbon=={made} computes it as it was made.")
        lines.append(text.format(made=made))
    if not result["is_release_installed"]:
        text = _("Its {n} rows of factors are as the report has them: release {release} is not installed.")
        lines.append(text.format(n=result["rows"], release=result["factor_release"]))
    elif result["rows_changed"]:
        text = _("{n} of its {all} rows of factors are not those of release {release}:")
        rows = {"n": len(result["rows_changed"]), "all": result["rows"], "release": result["factor_release"]}
        lines += [text.format(**rows), *(f"  {name}" for name in result["rows_changed"])]
    else:
        text = _("Its {n} rows of factors are those of release {release}, or the site's own.")
        lines.append(text.format(n=result["rows"], release=result["factor_release"]))
    return "\n".join(lines) + "\n"
