"""Doors of the card: one fact edited in place, a whole group, one-tap confirmation, undo. Each also works as a plain page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.customers.card import services
from furrow.customers.card.forms import NOT_EDITED, FactsForm, title_of
from furrow.customers.card.groups import facts_of, group_named
from furrow.customers.card.pages import group_panel, reading_of, shown_fact
from furrow.customers.card.reading import READ_ALONG, CardReading
from furrow.customers.card.whole_form import facts_form
from furrow.customers.models import Customer, Kind
from furrow.kit import audit
from furrow.kit.flash import flash
from furrow.team.access import right_required


def _customer_or_404(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    rows = Customer.objects.visible_to(user).select_related(*READ_ALONG)
    return get_object_or_404(rows, pk=pk)


@right_required("customers.change")
def fact(request: HttpRequest, pk: int, path: str) -> HttpResponse:
    """One fact: its form in place of the value, or on a page of its own without JavaScript; `?show` gives the value back."""
    customer = _customer_or_404(request, pk)
    reading = reading_of(request, customer)
    _check_path(reading, path)
    inline = bool(getattr(request, "htmx", False))
    if "show" in request.GET and inline:
        return HttpResponse(shown_fact(reading, path).cell)
    form = FactsForm(request.POST if request.method == "POST" else None, reading=reading, paths=[path])
    if request.method == "POST" and form.is_valid():
        saved = _save(request, form)
        if saved is not None:
            return _fact_saved(request, saved, path, inline, changed=saved.version != customer.version)
    context = {
        "customer": customer,
        "form": form,
        "path": path,
        "title": title_of(path, reading),
        "field": form[path],
    }
    template = "customers/card/_fact_form.html" if inline else "customers/card/fact.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _check_path(reading: CardReading, path: str) -> None:
    """404 for a fact that this customer's card does not have or that is not edited here."""
    own = {field.name for field in reading.custom_fields} if path.startswith("custom.") else set()
    known = {one.path for _group, one in facts_of(reading.customer.kind)} | own
    if path in NOT_EDITED or path not in known:
        raise Http404


def _save(request: HttpRequest, form: FactsForm) -> Customer | None:
    user: Any = request.user
    try:
        return services.change_facts(
            form.customer, form.values(), by=user, version=form.cleaned_data.get("version")
        )
    except ValidationError as error:
        told = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, messages in told.items():
            form.add_error(name if name in form.fields else None, messages)
        return None


def _fact_saved(
    request: HttpRequest, saved: Customer, path: str, inline: bool, *, changed: bool
) -> HttpResponse:
    user: Any = request.user
    customer = Customer.objects.visible_to(user).select_related(*READ_ALONG).filter(pk=saved.pk).first()
    if customer is None:  # handed to somebody out of reach
        flash(request, _("Saved “%(name)s”") % {"name": saved})
        return redirect("customers:list")
    entry = audit.history(saved).filter(by=user, action="change").first() if changed else None
    request.__dict__.pop("card_readings", None)
    reading = reading_of(request, customer)
    text = _("%(field)s saved") % {"field": title_of(path, reading)}
    undo = reverse("customers:undo", args=[saved.pk, entry.pk]) if entry else ""
    flash(request, text, label=_("Undo") if undo else "", url=undo)
    if not inline:
        return redirect(f"{reverse('customers:page', args=[saved.pk])}{_tab_of(customer, path)}")
    context = {
        "customer": customer,
        "fact": shown_fact(reading, path),
        "oob": True,
        "complete": reading.complete,
    }
    return render(request, "customers/card/_fact_saved.html", context)


def _tab_of(customer: Customer, path: str) -> str:
    """Back to where the fact stands."""
    group = next((group for group, one in facts_of(customer.kind) if one.path == path), None)
    if group is None:
        return "?tab=facts#panel-group-custom"
    tab = "" if group.name == "basics" else f"?tab={group.tab}"
    return f"{tab}#panel-group-{group.name}"


@right_required("customers.change")
def group(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """All facts of a group on one form; saving it also confirms the group."""
    customer = _customer_or_404(request, pk)
    reading = reading_of(request, customer)
    paths, title, tab = _group_or_404(reading, name)
    form = FactsForm(request.POST if request.method == "POST" else None, reading=reading, paths=paths)
    back = f"{reverse('customers:page', args=[pk])}{tab}"
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        saved = _save(request, form)
        if saved is not None:
            if name != "custom":
                services.confirm_group(saved, name, by=user)
            flash(request, _("%(group)s saved and confirmed") % {"group": title})
            in_reach = Customer.objects.visible_to(user).filter(pk=saved.pk).exists()
            return redirect(back if in_reach else "customers:list")
    context = {"customer": customer, "form": form, "title": title, "back": back}
    return render(request, "customers/card/group.html", context, status=422 if form.is_bound else 200)


def _group_or_404(reading: CardReading, name: str) -> tuple[list[str], str, str]:
    """(paths, title, where on the page) of a group that people fill in."""
    if name == "custom" and reading.custom_fields:
        return [field.name for field in reading.custom_fields], _("Further fields"), "?tab=facts"
    found = group_named(reading.customer.kind, name)
    if found is None or not found.facts:
        raise Http404
    paths = [one.path for one in found.facts if one.path not in NOT_EDITED]
    tab = "" if found.name == "basics" else f"?tab={found.tab}"
    return paths, str(found.title), f"{tab}#panel-group-{name}"


@require_POST
@right_required("customers.change")
def confirm(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One tap: these facts are true today."""
    customer = _customer_or_404(request, pk)
    user: Any = request.user
    found = group_named(customer.kind, name)
    if found is None or not found.facts:
        raise Http404
    services.confirm_group(customer, name, by=user)
    if getattr(request, "htmx", False):
        panel = group_panel(request, customer, found)
        return render(request, "records/_panel.html", {"panel": panel})
    flash(request, _("%(group)s confirmed") % {"group": found.title})
    tab = "" if found.name == "basics" else f"?tab={found.tab}"
    return redirect(f"{reverse('customers:page', args=[pk])}{tab}#panel-group-{name}")


@require_POST
@right_required("customers.change")
def undo(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Take one change back."""
    customer = _customer_or_404(request, pk)
    user: Any = request.user
    try:
        services.undo_change(customer, entry, by=user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    else:
        flash(request, _("Change undone"))
    in_reach = Customer.objects.visible_to(user).filter(pk=pk).exists()
    return redirect("customers:page", pk) if in_reach else redirect("customers:list")


@require_safe
@right_required("customers.view")
def beside(request: HttpRequest) -> HttpResponse:
    """The part of the form of a customer that depends on its kind, when another kind is chosen."""
    user: Any = request.user
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else Kind.RETAILER.value
    context = {"beside": facts_form(kind, user, Customer(kind=kind)), "kind": Kind(kind).label, "open": True}
    return render(request, "customers/card/_beside.html", context)
