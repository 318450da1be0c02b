"""Who asks, in which language and look; and what a browser may do with a page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from shebao.access import signin
from shebao.access.acting import NotAllowed
from shebao.access.selectors import Standing, standing
from shebao.people.refusals import Refused
from shebao.portal.rights import navigation, today

TOKEN = "shebao_session"
LANGUAGE, THEME, LARGE = "shebao_language", "shebao_theme", "shebao_large"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LARGEST = 21 << 20  # bytes of a request: a file of 20 MB, and the form around it
OPEN = ("/static/", "/language", "/look", "/api/")  # the API asks for a token itself
Answer = Callable[[HttpRequest], HttpResponse]


def signed_in(answer: Answer) -> Answer:
    """Middleware: the actor of the session, or the page of sign-in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.lang = "en" if request.COOKIES.get(LANGUAGE) == "en" else "zh"  # type: ignore[attr-defined]
        token = request.COOKIES.get(TOKEN, "")
        found = signin.signed_in(token) if token and not request.path.startswith("/static/") else None
        actor: Standing | None = standing(found.actor_id) if found else None
        request.actor = actor  # type: ignore[attr-defined]
        entry = reverse("sign-in")
        if actor is None and request.path != entry and not request.path.startswith(OPEN):
            onward = request.get_full_path() if request.method == "GET" else "/"
            response = HttpResponseRedirect(f"{entry}?next={onward}" if onward != "/" else entry)
            if request.headers.get("HX-Request"):
                response = HttpResponse(headers={"HX-Redirect": entry})  # type: ignore[assignment]
            return response
        return answer(request)

    return middleware


def told(answer: Answer) -> Answer:
    """Middleware: what is refused is a page that says why; no page is kept by the browser or framed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > LARGEST:
            return HttpResponse("不超过20 MB / at most 20 MB", status=413, content_type="text/plain; charset=utf-8")
        response = answer(request)
        response["Content-Security-Policy"] = POLICY
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if request.path.startswith("/api/"):
            return None
        if isinstance(error, NotAllowed | Refused):
            zh, en = error_words(error)
            status = 403 if isinstance(error, NotAllowed) else 409
            return render(request, "portal/refused.html", {"zh": zh, "en": en}, status=status)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def error_words(error: Exception) -> tuple[str, str]:
    """What an error says, in Chinese and English."""
    if isinstance(error, Refused | signin.SignInRefused):
        return error.zh, error.en
    zh, _, en = str(error).partition(" / ")
    return zh, en or zh


def page(request: HttpRequest) -> dict[str, object]:
    """What every template knows."""
    actor: Standing | None = getattr(request, "actor", None)
    theme = request.COOKIES.get(THEME, "")
    return {
        "lang": getattr(request, "lang", "zh"),
        "actor": actor,
        "nav": navigation(actor) if actor else [],
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "theme": theme if theme in ("light", "dark") else "",
        "large": request.COOKIES.get(LARGE) == "1",
        "today": today(),
        "sample": sample_day(),
    }


def sample_day() -> bool:
    """Whether the site shows a sample city on a fixed day."""
    return bool(getattr(settings, "SHEBAO_TODAY", None))
