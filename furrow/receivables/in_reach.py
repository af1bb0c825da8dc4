"""A thing of the books in the reader's reach, or 404; and what is asked about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from furrow.receivables.models import Account, Invoice, Payment
from furrow.records.asking import Act, ask

PAGES: dict[type, str] = {Account: "accounts:page", Invoice: "invoices:page", Payment: "payments:page"}


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


def ask_about(thing: Any, request: HttpRequest, form: forms.BaseForm, act: Act, **words: Any) -> HttpResponse:
    """records.asking.ask; the thing's own page follows."""
    return ask(request, form, act, thing=thing, page=PAGES[type(thing)], **words)
