"""What the views of this room share: a thing in reach or 404, and the page with one small form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from furrow.kit.flash import flash
from furrow.receivables.models import Account, Invoice, Payment

Act = Callable[[dict[str, Any]], str]


def user_of(request: HttpRequest) -> Any:
    return request.user


def account_of(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(
        Account.objects.visible_to(user_of(request)).select_related("customer__owner"), pk=pk
    )


def payment_of(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(Payment.objects.visible_to(user_of(request)).select_related("customer"), pk=pk)


def invoice_of(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(Invoice.objects.visible_to(user_of(request)).select_related("customer"), pk=pk)


def ask(
    request: HttpRequest, form: forms.BaseForm, act: Act, *, title: str, button: str, thing: Any, page: str, text: str = "", danger: bool = False
) -> HttpResponse:  # fmt: skip
    """A page with one small form; on POST `act(cleaned data)` does it and says so, and the thing's page follows."""
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except ValidationError as error:
            known = not hasattr(error, "error_dict") or all(name in form.fields for name in error.error_dict)
            form.add_error(None, error if known else ValidationError(error.messages))
        else:
            flash(request, said)
            return redirect(page, thing.pk)
    context = {
        "form": form,
        "title": title,
        "button": button,
        "thing": thing,
        "page": page,
        "text": text,
        "danger": danger,
    }
    return render(request, "receivables/ask.html", context, status=422 if form.is_bound else 200)


def posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
