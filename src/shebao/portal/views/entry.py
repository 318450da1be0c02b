"""Sign-in, sign-out, language and look; the first page of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shebao.access import signin
from shebao.portal.middleware import LANGUAGE, LARGE, THEME, TOKEN
from shebao.portal.rights import Asked, navigation

YEAR = 365 * 24 * 3600


def start(request: Asked) -> HttpResponse:
    """The first page of who is signed in."""
    return redirect(navigation(request.actor)[0].name)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Name, password and code; then on to the page that was asked for."""
    onward = _safe(request, request.POST.get("next") or request.GET.get("next"))
    error = None
    if request.method == "POST":
        login, password, code = (request.POST.get(name, "") for name in ("login", "password", "code"))
        try:
            token = signin.sign_in(login, password, code, timezone.now(), request.META.get("HTTP_USER_AGENT", ""))
        except signin.SignInRefused as refused:
            error = refused
        else:
            response = HttpResponseRedirect(onward)
            response.set_cookie(TOKEN, token, httponly=True, secure=request.is_secure(), samesite="Lax")
            return response
    return render(request, "portal/sign_in.html", {"next": onward, "error": error}, status=400 if error else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends, here and in the database."""
    signin.sign_out(request.COOKIES.get(TOKEN, ""))
    response = HttpResponseRedirect(reverse("sign-in"))
    response.delete_cookie(TOKEN)
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The other language, on the same page."""
    response = HttpResponseRedirect(_safe(request, request.POST.get("next")))
    lang = "en" if request.POST.get("lang") == "en" else "zh"
    response.set_cookie(LANGUAGE, lang, max_age=YEAR, secure=request.is_secure(), samesite="Lax")
    return response


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Light or dark, as the device or chosen; large type."""
    response = HttpResponseRedirect(_safe(request, request.POST.get("next")))
    if "theme" in request.POST:
        chosen = request.POST["theme"]
        theme = chosen if chosen in ("light", "dark") else ""
        response.set_cookie(THEME, theme, max_age=YEAR, secure=request.is_secure(), samesite="Lax")
    if "large" in request.POST:
        large = "1" if request.POST["large"] == "1" else "0"
        response.set_cookie(LARGE, large, max_age=YEAR, secure=request.is_secure(), samesite="Lax")
    return response


def _safe(request: HttpRequest, url: str | None) -> str:
    """Nobody is led elsewhere by a link to here."""
    ok = url and url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if ok and url else reverse("start")
