"""The settings page of own fields: define, change, order, retire and take back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.customers.custom import queries, services
from furrow.customers.custom.forms import FieldForm
from furrow.customers.custom.models import CustomField
from furrow.kit.flash import flash
from furrow.team.access import right_required


@require_safe
@right_required("customers.fields")
def fields(request: HttpRequest) -> HttpResponse:
    """All fields in use in their order, then the retired ones, each with how many customers hold it."""
    context = {"fields": queries.fields_with_use(), "retired": queries.fields_with_use(retired=True)}
    return render(request, "customers/custom/fields.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("customers.fields")
def new_field(request: HttpRequest) -> HttpResponse:
    """A new field."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("customers.fields")
def field(request: HttpRequest, field_id: int) -> HttpResponse:
    """Rename a field, change its help and choices."""
    return _form(request, get_object_or_404(CustomField, pk=field_id))


def _form(request: HttpRequest, field: CustomField | None) -> HttpResponse:
    user: Any = request.user
    form = FieldForm(request.POST if request.method == "POST" else None, field=field)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = (
                    services.change_field(field, by=user, **form.cleaned_data)
                    if field
                    else services.create_field(by=user, **form.cleaned_data)
                )
        except ValidationError as error:
            form.add_error(None, error)
        except IntegrityError:
            form.add_error("label", _("Another field has this name"))
        else:
            flash(request, _("Field “%(name)s” saved") % {"name": saved})
            return redirect("customers:fields")
    return render(
        request,
        "customers/custom/field.html",
        {"field": field, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_POST
@right_required("customers.fields")
def retire(request: HttpRequest, field_id: int) -> HttpResponse:
    """Show and ask the field no more, or with `back` again; its values are kept."""
    user: Any = request.user
    found = get_object_or_404(CustomField, pk=field_id)
    back = "back" in request.POST or "back" in request.GET
    try:
        services.retire_field(found, by=user, retired=not back)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
        return redirect("customers:fields")
    text = (
        _("Field “%(name)s” is in use again") if back else _("Field “%(name)s” retired; its values are kept")
    )
    undo = reverse("customers:retire_field", args=[found.pk]) + ("" if back else "?back=1")
    flash(request, text % {"name": found}, label="" if back else _("Undo"), url="" if back else undo)
    return redirect("customers:fields")


@require_POST
@right_required("customers.fields")
def move(request: HttpRequest, field_id: int) -> HttpResponse:
    """One place up, or down."""
    user: Any = request.user
    services.move_field(
        get_object_or_404(CustomField, pk=field_id), up=request.POST.get("to") == "up", by=user
    )
    return redirect(reverse("customers:fields") + f"#field-{field_id}")
