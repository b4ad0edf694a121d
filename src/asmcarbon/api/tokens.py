"""`POST /auth/token`: OAuth2 client credentials (RFC 6749, section 4.4), the key's id and the key by HTTP Basic."""

import base64
import binascii
from typing import Any, ClassVar, NotRequired, TypedDict
from urllib.parse import unquote

from litestar import Response, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import URLEncodedBody

from asmcarbon.api.body import AnyRequest, check_type, in_time
from asmcarbon.api.pact_answers import OAuthCode, OAuthError, TokenAnswer
from asmcarbon.api.pact_errors import OAUTH_HANDLERS, oauth_error
from asmcarbon.jobs.keys import TOKEN_S, grant_token
from asmcarbon.messages import _

_LARGEST = 10_000


class TokenRequest(TypedDict):
    """What a client asks; what it may ask a token for is not told apart here."""

    grant_type: str
    scope: NotRequired[str]


class FormRequest(AnyRequest):
    """A request that takes a form."""

    kinds: ClassVar[tuple[str, ...]] = ("application/x-www-form-urlencoded",)

    async def body(self) -> bytes:
        """Return the body."""
        check_type(self, self.kinds)
        return await in_time(super().body())


def _error(status: int, code: OAuthCode, sentence: str, headers: dict[str, str]) -> Response[Any]:
    content = oauth_error(status, sentence, code)
    return Response(content, status_code=status, media_type="application/json", headers=headers)


_TOLD = {
    400: "The request is none for a token by client credentials.",
    401: "There is no such client, or its secret is another.",
    403: "It did not come over https.",
    429: "Requests came too often; try again after `Retry-After` seconds.",
    500: "A fault on the server.",
    503: "The server cannot answer for now.",
}
_ERRORS = {status: ResponseSpec(OAuthError, False, told, "application/json") for status, told in _TOLD.items()}


@post("/auth/token", status_code=200, operation_id="token", summary="A token for a key.", tags=["PACT"],
      exception_handlers=OAUTH_HANDLERS, request_class=FormRequest,
      request_max_body_size=_LARGEST, sync_to_thread=True,
      responses=_ERRORS)  # fmt: skip
def token(data: URLEncodedBody[TokenRequest], request: AnyRequest) -> Response[TokenAnswer]:
    """Return a token of an hour for the key whose id and secret HTTP Basic tells."""
    asked = data
    if asked["grant_type"] != "client_credentials":
        return _error(400, "unsupported_grant_type", _("grant_type has to be client_credentials"), {})
    client = _client(request.headers.get("authorization", ""))
    granted = None if client is None else grant_token(request.app.state.store, *client)
    if granted is None:
        headers = {"WWW-Authenticate": 'Basic realm="asmcarbon"'}
        return _error(401, "invalid_client", _("client_id is the id of a key, client_secret the key"), headers)
    return Response(
        TokenAnswer(access_token=granted, token_type="Bearer", expires_in=TOKEN_S),
        status_code=200,
        headers={"Pragma": "no-cache"},
    )


def _client(header: str) -> tuple[str, str] | None:
    """Return id and secret of a client, each encoded as a form is before both are one (RFC 6749, section 2.3.1)."""
    kind, _space, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    number, colon, secret = text.partition(":")
    return (unquote(number), unquote(secret)) if colon else None
