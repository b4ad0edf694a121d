"""What stands behind the question mark of a request: only what its operation takes, each once."""

from functools import cache
from typing import Any

from litestar.params import HeaderParameter, ParameterKwarg, PathParameter

from asmcarbon.api.body import AnyRequest
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _


async def refuse_unknown(request: AnyRequest) -> None:
    """Refuse a parameter that does not exist or stands twice: left unread, it would answer another question."""
    if not request.scope["query_string"]:
        return
    known = _taken_by(request.route_handler)
    given = [name for name, _value in request.query_params.multi_items()]
    expected = " | ".join(known) or _("none")
    unknown = [name for name in dict.fromkeys(given) if name not in known]
    problems = [Problem(name, _("is not a parameter of this"), expected) for name in unknown]
    problems += [Problem(name, _("is given twice"), _("each once")) for name in known if given.count(name) > 1]
    if problems:
        raise InputError(problems)


@cache
def _taken_by(handler: Any) -> tuple[str, ...]:
    """Return the names of what an operation takes behind the question mark."""
    declared = {name: field.kwarg_definition for name, field in handler.parsed_fn_signature.parameters.items()}
    return tuple(
        one.name or name
        for name, one in declared.items()
        if isinstance(one, ParameterKwarg) and not isinstance(one, HeaderParameter | PathParameter)
    )
