"""What all of the API has in common: tokens and scopes, kinds of values, and how a refusal is told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.security import HttpBearer
from pydantic import StringConstraints

from shebao.access import tokens
from shebao.access.acting import NotAllowed
from shebao.access.selectors import Standing, standing
from shebao.people.refusals import Refused
from shebao.portal.middleware import error_words

DESCRIPTION = """\
The API: what the pages do, for programs.  OpenAPI at /api/openapi.json; a token with scopes in place of a sign-in.

Money is in fen, days are 2014-01-31.  What is refused answers with the reason in Chinese and English.
"""

NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no such texts
Number = Annotated[int, Path(ge=1, le=2**62)]
Name = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]
Words = Annotated[str, StringConstraints(max_length=4000, pattern=NO_NUL)]
Day = date


class Fault(Schema):
    """Why something was refused."""

    zh: str
    en: str


FAULTS = {400: Fault, 401: Fault, 403: Fault, 404: Fault, 405: Fault, 409: Fault, 413: Fault, 415: Fault, 422: Fault}


class Token(HttpBearer):
    """The token's actor, limited to the token's scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Standing | None:
        """Whom the token stands for; None where it is worth nothing."""
        held = tokens.held(token)
        of = standing(held.actor_id) if held else None
        if held is None or of is None:
            return None
        request.scopes = held.scopes  # type: ignore[attr-defined]
        return of


class Api(NinjaAPI):
    """An operation is known by the name of its function, in whichever module of the package that stands."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Its number in the description."""
        return f"{__package__}_{operation.view_func.__name__}".replace(".", "_")


api = Api(title="shebao", version="1", auth=Token(), docs_url=None, description=DESCRIPTION)


def asked(request: HttpRequest, purpose: str) -> Standing:
    """The actor, where the token's scopes and his rights reach.  Raises NotAllowed."""
    actor = cast(Standing, request.auth)  # type: ignore[attr-defined]
    if purpose not in request.scopes or not actor.may(purpose):  # type: ignore[attr-defined]
        raise NotAllowed(purpose)
    return actor


def _answer(request: HttpRequest, error: Exception, status: int) -> HttpResponse:
    zh, en = error_words(error)
    return api.create_response(request, {"zh": zh, "en": en}, status=status)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _answer(request, error, 409)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return _answer(request, error, 403)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _answer(request, Refused("没有有效的令牌", "no valid token"), 401)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, Refused("请求无法读取", str(error)), error.status_code)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    told = "; ".join(".".join(map(str, one["loc"][1:])) + ": " + str(one["msg"]) for one in error.errors)
    return _answer(request, Refused(f"请求有误：{told}", f"the request is not right: {told}"), 422)
