"""The credit hold (P6.2), decided here and nowhere else: `gate` answers for an order of a locked account, `place` puts an order through
it, deliveries.deliver asks it again when goods leave. A release is for one order, one time, up to its amount, by a named person."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.prepared import PreparedRecords
from furrow.orders.models import Order, Release, ReleaseState, Status
from furrow.receivables import credit, credit_rules, ledger
from furrow.receivables.money import NOTHING, MoneyField
from furrow.team.models import User


class Held(ValidationError):
    """The order is held; the message says why and how it may go on."""

    def __init__(self, order: Order) -> None:
        super().__init__(
            _("%(number)s is held: %(why)s. Collect first and try again, or ask for a release.")
            % {"number": order.number, "why": order.hold_words}
        )


def gate(order: Order) -> tuple[str, Release | None]:
    """(why the order is held, the release that lets it go); ("", None) when nothing holds it. The account is locked, the order fresh."""
    extra = order.undelivered if order.status != Status.CONFIRMED else NOTHING
    reasons = credit_rules.kept(credit.check(order.customer_id, extra).reasons)
    if not reasons:
        return "", None
    granted: list[Release] = _GRANTED.records(order=order.pk, least=order.gross)
    return reasons, granted[0] if granted else None


def settle(order: Order) -> None:
    """Held or confirmed, by the gate; for an order that shall be delivered. Saves status and reasons."""
    why, release = gate(order)
    stood = order.hold, order.status
    order.hold = why
    order.status = Status.HELD if why and release is None else Status.CONFIRMED
    if stood != (order.hold, order.status):
        order.save(update_fields=["hold", "status"])


def void_releases(order: Order) -> None:
    """What was released was another order."""
    for release in order.releases.filter(state__in=[ReleaseState.ASKED, ReleaseState.GRANTED]):
        release.state = ReleaseState.VOID
        release.version += 1
        release.save(update_fields=["state", "version"])
        audit.record(order, "void_release", by=None)


def fresh(order: Order) -> Order:
    """The order as it stands, its customer's account and itself locked. Raises Order.DoesNotExist."""
    ledger.locked(order.customer_id)
    found: list[Order] = _FRESH.records(order=order.pk)
    if not found:
        raise Order.DoesNotExist
    return found[0]


_FRESH = PreparedRecords(
    Order, lambda order: Order.objects.select_for_update().filter(pk=order), order=BigIntegerField()
)
_GRANTED = PreparedRecords(
    Release,
    lambda order, least: Release.objects.filter(
        order=order, state=ReleaseState.GRANTED, amount__gte=least
    ).order_by("pk")[:1],
    order=BigIntegerField(),
    least=MoneyField(),
)


@transaction.atomic
def ask_release(order: Order, *, request: str, by: User) -> Release:
    """Ask for a held order to be released. Raises ValidationError for one that is not held, and while one is asked for."""
    order = fresh(order)
    if order.status != Status.HELD:
        raise ValidationError(_("This order is not held."))
    if order.releases.filter(state=ReleaseState.ASKED).exists():
        raise ValidationError(_("A release of this order is asked for already."))
    if not request.strip():
        raise ValidationError({"reason": _("Say why it should go")})
    made = Release.objects.create(order=order, amount=order.gross, why_held=order.hold, asked_by=by, request=request.strip()[:200])  # fmt: skip
    audit.record(order, "ask_release", by=by, note=made.request)
    return made


@transaction.atomic
def decide_release(order: Order, *, release: bool, reason: str, by: User) -> Release:
    """Release a held order, or refuse to. Raises ValidationError for an order that is not held, without a reason, and for whoever wrote
    the order or asked for the release."""
    order = fresh(order)
    if order.status != Status.HELD:
        raise ValidationError(_("This order is not held."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why")})
    row = order.releases.filter(state=ReleaseState.ASKED).first() or Release(order=order, amount=order.gross, why_held=order.hold)  # fmt: skip
    if release and by.pk in (order.by_id, row.asked_by_id):
        raise ValidationError(_("Somebody else has to release it: this order is your own."))
    row.state = ReleaseState.GRANTED if release else ReleaseState.REFUSED
    row.amount, row.decided_by, row.decided_at, row.reason = (
        order.gross,
        by,
        timezone.now(),
        reason.strip()[:200],
    )
    row.version += 1
    row.save()
    audit.record(order, "release" if release else "refuse_release", by=by, note=row.reason)
    if release:
        settle(order)
    return row
