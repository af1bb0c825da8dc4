"""Signing in and out, and what a user sets for themselves: language, theme, password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from furrow.kit.flash import flash
from furrow.team import services
from furrow.team.forms import PasswordForm, SignInForm
from furrow.team.models import User

THEMES = {"system", "light", "dark"}


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Name and password; afterwards this device speaks the user's language."""

    template_name = "team/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An HTMX request of a session that has ended loads the whole sign-in page, not a piece of it."""
        if request.headers.get("HX-Request") == "true":
            answer = HttpResponse()
            here = request.headers.get("HX-Current-URL", "/")
            answer["HX-Redirect"] = f"{reverse('team:sign_in')}?{urlencode({'next': _own(request, here)})}"
            return answer
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_valid(form)
        user = get_user(self.request)
        if isinstance(user, User) and user.language:
            _keep(response, settings.LANGUAGE_COOKIE_NAME, user.language)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = import_string(settings.DEMO_SIGN_INS)() if settings.DEMO_SIGN_INS else []
        return super().get_context_data(demo=demo, **kwargs)


@login_not_required
def locked_out(request: HttpRequest, *_unused: Any) -> HttpResponse:
    """Too many wrong passwords for this name from this address."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "team/locked_out.html", {"minutes": minutes}, status=429)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this device and, when signed in, of the user."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_own(request, request.POST.get("next", "/")))
    if chosen in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            services.set_language(request.user, chosen)
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Switch the theme of this device and, when signed in, of the user."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_own(request, request.POST.get("next", "/")))
    if chosen in THEMES:
        if isinstance(request.user, User):
            services.set_theme(request.user, chosen)
        _keep(response, "furrow_theme", chosen)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The own facts, language, theme and password."""
    assert isinstance(request.user, User)
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = services.change_person(request.user, by=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, changed)
        flash(request, _("Password changed; other devices are signed out"))
        return redirect("team:profile")
    return render(request, "team/profile.html", {"form": form, "languages": settings.LANGUAGES})


def _own(request: HttpRequest, url: str) -> str:
    """The address if it leads to this site, else the home page."""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else "/"


def _keep(response: HttpResponse, name: str, value: str) -> None:
    """A preference of this device, for a year."""
    response.set_cookie(
        name, value, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax", secure=settings.HTTPS
    )
