"""The public inquiry form: the company's site leads here, or posts its own form here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from furrow.leads import web
from furrow.leads.forms import LineField, PhoneField, clean_lines
from furrow.leads.moving import settings_now
from furrow.team.backends import client_address


class WebForm(forms.Form):
    """What somebody outside is asked."""

    contact_name = LineField(label=_("Your name"), max_length=60)
    name = LineField(label=_("Your company or shop"), required=False, max_length=120)
    phone = PhoneField(label=_("Your phone"), max_length=100)
    situation = forms.CharField(
        label=_("What can we do for you?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    source = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean_situation(self) -> str:
        return clean_lines(self.cleaned_data.get("situation"))

    def clean_source(self) -> str:
        return clean_lines(self.cleaned_data.get("source"))[:100]


@csrf_exempt  # nobody is signed in here: the signed token stands in for it, and other sites may post
@login_not_required
@require_http_methods(["GET", "POST", "HEAD"])
def inquiry(request: HttpRequest) -> HttpResponse:
    """GET: the form (?source= names the page it was reached from). POST: enters the inquiry; without a good token the filled form comes
    back with one, so that a form on another site needs nothing of ours. 404 while the company has it switched off."""
    if not settings_now().web_form:
        raise Http404
    form = WebForm(
        request.POST if request.method == "POST" else None,
        initial={"source": request.GET.get("source", "")[:100]},
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                _take(request, form.cleaned_data)
                return render(request, "leads/web_thanks.html")
            except web.TooMany as error:
                form.add_error(None, error)
                status = 429
            except ValidationError as error:
                form.add_error(None, error)
    return render(request, "leads/web_inquiry.html", {"form": form, "token": web.new_token()}, status=status)


def _take(request: HttpRequest, values: dict[str, Any]) -> None:
    web.take_inquiry(
        token=request.POST.get("token", "")[:200],
        trap=request.POST.get("website", "")[:200],
        address=client_address(request) or "",
        **values,
    )
