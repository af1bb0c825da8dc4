"""Write-offs 坏账核销: one person asks, another approves (P6.2)."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.figures import money
from furrow.receivables import ledger
from furrow.receivables.models import EntryKind, Invoice, WriteOff, WriteOffState
from furrow.receivables.services import checked_amount
from furrow.team.access import owned_within_reach
from furrow.team.models import User


def waiting_within_reach(user: User) -> models.QuerySet[WriteOff]:
    """Write-offs nobody has decided on, of customers in reach."""
    rows = WriteOff.objects.filter(
        owned_within_reach(user, "invoice__customer__owner"), state=WriteOffState.WAITING
    )
    return rows.select_related("invoice__customer", "asked_by").order_by("id")


@transaction.atomic
def ask_write_off(invoice: Invoice, amount: Decimal, *, reason: str, by: User) -> WriteOff:
    """Ask to give up part of what is open. Raises ValidationError for more than that, without a reason, and while one waits."""
    amount = checked_amount(amount)
    ledger.locked(invoice.customer_id)
    invoice = Invoice.objects.get(pk=invoice.pk)
    if invoice.is_credit or amount > invoice.open:
        raise ValidationError(
            {
                "amount": _("Only %(open)s is open on %(number)s.")
                % {"open": money(invoice.open), "number": invoice}
            }
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why")})
    if invoice.write_offs.filter(state=WriteOffState.WAITING).exists():
        raise ValidationError(_("A write-off of this invoice waits for approval already."))
    asked = WriteOff.objects.create(invoice=invoice, amount=amount, reason=reason.strip()[:200], asked_by=by)
    audit.record(invoice, "ask_write_off", by=by, note=f"{money(amount)} {asked.reason}")
    return asked


@transaction.atomic
def decide_write_off(write_off: WriteOff, *, approve: bool, by: User) -> WriteOff:
    """Approve or refuse. Raises ValidationError when it was decided, for the one who asked, and when less is open by now."""
    account = ledger.locked(write_off.invoice.customer_id)
    asked = WriteOff.objects.select_related("invoice").get(pk=write_off.pk)
    invoice = asked.invoice
    if asked.state != WriteOffState.WAITING:
        raise ValidationError(_("This write-off was decided already."))
    if approve and asked.asked_by_id == by.pk:
        raise ValidationError(_("Somebody else has to approve it: you asked for this write-off yourself."))
    asked.state = WriteOffState.APPROVED if approve else WriteOffState.REFUSED
    asked.decided_by, asked.decided_at = by, timezone.now()
    asked.version += 1
    asked.save()
    if approve:
        if asked.amount > invoice.open:
            raise ValidationError(
                _("Only %(open)s is open on %(number)s.") % {"open": money(invoice.open), "number": invoice}
            )
        invoice.written_off += asked.amount
        invoice.open -= asked.amount
        invoice.save(update_fields=["written_off", "open"])
        ledger.post(
            account, EntryKind.WRITE_OFF, -asked.amount, day=timezone.localdate(), document=invoice.number, invoice=invoice, by=by, text=asked.reason
        )  # fmt: skip
        ledger.settle(account)
    audit.record(
        invoice,
        "write_off" if approve else "refuse_write_off",
        by=by,
        note=f"{money(asked.amount)} {asked.reason}"[:300],
    )
    return asked
