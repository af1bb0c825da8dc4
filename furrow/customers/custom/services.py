"""Every change of a company's own fields and of their values. Values are written inside a change of their customer (card.services)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.custom.models import TEXT_LENGTH, CustomChoice, CustomField, CustomValue, FieldType
from furrow.customers.custom.queries import COLUMNS, value_in
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User

MOST_FIELDS, MOST_CHOICES = 60, 60
LONGEST_NUMBER = 40
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 1, 1)


@transaction.atomic
def create_field(
    *,
    by: User | None,
    label: str,
    type: str,
    kind: str = "",
    help_text: str = "",
    choices: Sequence[str] = (),
) -> CustomField:
    """A new field at the end. Raises ValidationError for a name in use, too many fields, or a choice field without choices."""
    used = CustomField.objects.filter(retired_at=None)
    if used.count() >= MOST_FIELDS:
        raise ValidationError(
            _("At most %(number)s fields. Retire one first."), params={"number": MOST_FIELDS}
        )
    _check_label(label, kind)
    last = used.aggregate(last=Max("order"))["last"] or 0
    field = CustomField.objects.create(label=label, type=type, kind=kind, help_text=help_text, order=last + 1)
    _set_choices(field, choices)
    audit.record(
        field, "create", by=by, changes={"label": [None, label], "type": [None, type], "kind": [None, kind]}
    )
    return field


def _check_label(label: str, kind: str, but: int | None = None) -> None:
    """A field for all kinds and one for a kind may not share a name either: lists and imports find a field by it."""
    same = CustomField.objects.filter(retired_at=None, label=label).exclude(pk=but or 0)
    if any(not kind or not other.kind or other.kind == kind for other in same):
        raise ValidationError({"label": _("Another field has this name")})


def _set_choices(field: CustomField, labels: Sequence[str]) -> list[Any]:
    """Choices in this order; those left out are retired, those that come back are used again. Returns [before, after]."""
    if field.type != FieldType.CHOICE:
        return [[], []]
    wanted = list(dict.fromkeys(label.strip() for label in labels if label.strip()))
    if not wanted:
        raise ValidationError({"choices": _("Write at least one choice, one on each line")})
    if len(wanted) > MOST_CHOICES or any(len(label) > 60 for label in wanted):
        raise ValidationError(
            {"choices": _("At most %(number)s choices of 60 characters") % {"number": MOST_CHOICES}}
        )
    there = {choice.label: choice for choice in CustomChoice.objects.filter(field=field)}
    before = [label for label, choice in there.items() if choice.retired_at is None]
    for order, label in enumerate(wanted):
        choice = there.get(label) or CustomChoice(field=field, label=label)
        choice.order, choice.retired_at = order, None
        choice.save()
    gone = [choice.pk for label, choice in there.items() if label not in wanted]
    CustomChoice.objects.filter(pk__in=gone, retired_at=None).update(retired_at=timezone.now())
    return [before, wanted]


@transaction.atomic
def change_field(
    field: CustomField, *, by: User, label: str, help_text: str = "", choices: Sequence[str] = ()
) -> CustomField:
    """Rename a field, change its help and choices. Type and kind stay, so that values stay readable."""
    locked = CustomField.objects.select_for_update().get(pk=field.pk)
    _check_label(label, locked.kind, but=locked.pk)
    before = audit.values_of(locked, ("label", "help_text"))
    locked.label, locked.help_text = label, help_text
    changes = audit.changes_between(before, audit.values_of(locked, ("label", "help_text")))
    pair = _set_choices(locked, choices)
    if pair[0] != pair[1]:
        changes["choices"] = pair
    if changes:
        locked.version += 1
        locked.updated_at = timezone.now()
        locked.save()
        audit.record(locked, "change", by=by, changes=changes)
    return locked


@transaction.atomic
def retire_field(field: CustomField, *, by: User, retired: bool = True) -> CustomField:
    """Ask and show a field no more, or again; its values are kept. Raises ValidationError when its name is in use meanwhile."""
    locked = CustomField.objects.select_for_update().get(pk=field.pk)
    if not retired:
        _check_label(locked.label, locked.kind, but=locked.pk)
    locked.retired_at = timezone.now() if retired else None
    locked.version += 1
    locked.save()
    audit.record(locked, "retire" if retired else "restore", by=by)
    return locked


@transaction.atomic
def move_field(field: CustomField, *, up: bool, by: User) -> None:
    """Swap places with the neighbour above or below."""
    order = list(CustomField.objects.select_for_update().filter(retired_at=None))
    at = next((number for number, one in enumerate(order) if one.pk == field.pk), None)
    other = None if at is None else at - 1 if up else at + 1
    if at is None or other is None or not 0 <= other < len(order):
        return
    order[at], order[other] = order[other], order[at]
    for number, one in enumerate(order, start=1):
        one.order = number
    CustomField.objects.bulk_update(order, ["order"])
    CustomField.objects.filter(pk=field.pk).update(version=F("version") + 1, updated_at=timezone.now())
    audit.record(field, "change", by=by, changes={"order": [at + 1, other + 1]})


def parsed(field: CustomField, value: Any) -> Any:
    """A value as its column takes it: from a form, an import's cell, the API or the change history (ids of choices and people).
    None is empty. Raises ValidationError."""
    if value is None or value == "":
        return None
    if field.type == FieldType.TEXT:
        text = " ".join(clean_text(str(value)[: 10 * TEXT_LENGTH]).split())
        if len(text) > TEXT_LENGTH:
            raise ValidationError(_("At most %(number)s characters"), params={"number": TEXT_LENGTH})
        return text or None
    if field.type == FieldType.NUMBER:
        return _number(value)
    if field.type == FieldType.DATE:
        return _date(value)
    return _chosen(field, value) if field.type == FieldType.CHOICE else _person(value)


def _number(value: Any) -> Decimal:
    text = str(value)
    if len(text) > LONGEST_NUMBER:
        raise ValidationError(_("Write a number"))
    try:
        number = Decimal(text.strip().replace(",", "").replace("−", "-")).quantize(Decimal("0.0001"))
    except InvalidOperation:
        raise ValidationError(_("Write a number")) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 14:
        raise ValidationError(_("Write a number"))
    return number


def _date(value: Any) -> date:
    if isinstance(value, date):
        on = value
    else:
        try:
            on = date.fromisoformat(str(value)[:40].strip().replace("/", "-").replace(".", "-"))
        except ValueError:
            raise ValidationError(_("Write the date like 2026-11-21")) from None
    if not EARLIEST <= on <= LATEST:
        raise ValidationError(_("This year cannot be right"))
    return on


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _chosen(field: CustomField, value: Any) -> CustomChoice:
    if isinstance(value, CustomChoice):
        return value
    rows = CustomChoice.objects.filter(field=field)
    key = {"pk": value} if _is_id(value) else {"label": str(value)[:200].strip(), "retired_at": None}
    choice = rows.filter(**key).first()
    if choice is None:
        raise ValidationError(_("“%(value)s” is none of the choices"), params={"value": str(value)[:60]})
    return choice


def _person(value: Any) -> User:
    if isinstance(value, User):
        return value
    text = clean_text(str(value)[:200])
    rows = User.objects.filter(is_active=True)
    found: list[User] = list(rows.filter(pk=value) if _is_id(value) else rows.filter(username=text)) or list(
        rows.filter(name=text)[:2]
    )
    if len(found) != 1:
        raise ValidationError(_("Nobody of this name, or several. Write the sign-in name."))
    return found[0]


def stored_values(customer: Customer) -> dict[int, Any]:
    """Field id -> value as the change history keeps it."""
    rows = CustomValue.objects.filter(customer=customer).select_related("field", "choice", "person")
    return {row.field_id: audit.plain(value_in(row)) for row in rows}


def set_values(customer: Customer, values: Mapping[int, Any]) -> audit.Changes:
    """Write values by field id inside a change of the customer; None or "" empties. Returns id -> [old, new]. Raises ValidationError."""
    if not values:
        return {}
    fields = CustomField.objects.in_bulk(list(values))
    there = {
        row.field_id: row
        for row in CustomValue.objects.filter(customer=customer, field__in=list(values)).select_related("field", "choice", "person")
    }  # fmt: skip
    changes: dict[Any, list[Any]] = {}
    for pk, given in values.items():
        field = fields.get(pk)
        if field is None:
            raise ValidationError(_("There is no such field"))
        try:
            value = parsed(field, given)
        except ValidationError as error:
            raise ValidationError({field.name: error.messages}) from error
        row = there.get(pk)
        old, new = audit.plain(value_in(row)) if row else None, audit.plain(value)
        if old == new:
            continue
        if value is not None and (field.retired_at or field.kind not in ("", customer.kind)):
            raise ValidationError({field.name: _("This field is not asked of this customer")})
        changes[pk] = [old, new]
        if value is None:
            row.delete()  # type: ignore[union-attr]  # old is not None, so there is a row
        else:
            CustomValue.objects.update_or_create(
                customer=customer, field=field, defaults={COLUMNS[FieldType(field.type)]: value}
            )
    return changes
