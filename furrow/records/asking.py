"""The page with one small form: something is asked before a service does it, and the page of the thing follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from furrow.kit.flash import flash
from furrow.records.record import get

Act = Callable[[dict[str, Any]], str | tuple[str, Any]]


def ask(
    request: HttpRequest, form: forms.BaseForm, act: Act, *, thing: Any, page: str, title: str, button: str = "", text: str = "",
    danger: bool = False, template: str = "records/ask.html", **more: Any
) -> HttpResponse:  # fmt: skip
    """On POST `act(cleaned data)` does it and returns what to say, with the answer where another page than the thing's follows; what it
    refuses stands beside the field or above the form. The button says the title unless it says something of its own; `more` is for a
    template of one's own."""
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except ValidationError as error:
            known = not hasattr(error, "error_dict") or all(name in form.fields for name in error.error_dict)
            form.add_error(None, error if known else ValidationError(error.messages))
        else:
            words, then = (said, None) if isinstance(said, str) else said
            flash(request, words)
            return then or redirect(page, thing.pk)
    context = {"form": form, "title": title, "button": button or title, "thing": thing, "record": get(page.partition(":")[0]), "page": page, "text": text, "danger": danger} | more  # fmt: skip
    return render(request, template, context, status=422 if form.is_bound else 200)


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: the posted data, or nothing while the page is only looked at."""
    return request.POST if request.method == "POST" else None
