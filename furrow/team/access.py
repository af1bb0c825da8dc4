"""Who may do what: the one table of roles and rights, and how far each role sees (design section 5).

A right is `room.verb`. Rows are narrowed by `reach`; every QuerySet.visible_to(user) is built on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from furrow.team.models import User


class Role(models.TextChoices):
    """What a user is; a bundle of rights."""

    REP = "rep", _("Rep")
    MANAGER = "manager", _("Team manager")
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    FINANCE = "finance", _("Finance")
    ADMINISTRATOR = "administrator", _("Administrator")
    READ_ONLY = "read_only", _("Read only")


_SEE = frozenset(
    {
        "contacts.view",
        "contacts.profile",
        "customers.view",
        "assessment.view",
        "planning.view",
        "visits.view",
        "team.view",
        "catalog.view",
        "books.view",
        "leads.view",
        "receivables.view",
        "orders.view",
    }
)
_FIELD = _SEE | {
    "customers.add",
    "customers.change",
    "customers.export",
    "assessment.assess",
    "visits.add",
    "visits.change",
    "visits.export",
    "field.use",
    "assessment.export",
    "catalog.export",
    "books.add",
    "books.change",
    "books.delete",
    "books.export",
    "leads.add",
    "leads.change",
    "leads.export",
    "leads.report",
    "leads.convert",
    "receivables.add",
    "orders.add",
    "orders.change",
    "orders.deliver",
    "orders.export",
}
# The books of money: who corrects them, who asks for a write-off and who approves it, who sets limits.
_FINANCE = frozenset({"receivables.add", "receivables.invoice", "receivables.change", "receivables.reverse", "receivables.import", "receivables.export", "receivables.write_off", "orders.invoice", "orders.export"})  # fmt: skip
_CREDIT = frozenset(
    {
        "receivables.credit",
        "receivables.approve",
        "receivables.export",
        "orders.release",
        "orders.prices",
        "catalog.costs",
    }
)
_CATALOG = frozenset({"catalog.add", "catalog.change", "catalog.delete", "catalog.import", "books.import"})
# The head of sales assigns leads; customer service keeps the daily round, makes the sheet and splits valid customers by brand.
_LEADS = frozenset({"leads.assign", "leads.delete", "leads.import", "leads.hand_over", "leads.rules"})
_LEADS_DESK = frozenset({"leads.round", "leads.split", "leads.hand_over", "leads.import"})
# What is personal about a contact is for those who visit and lead; export and erasure of a person for those who lead.
_CONTACTS = frozenset({"contacts.add", "contacts.change", "contacts.export", "contacts.answer"})
_LEAD = _FIELD | {
    "contacts.personal",
    "contacts.personal_data",
    "contacts.delete",
    "contacts.import",
    "customers.delete",
    "customers.import",
    "customers.change_owner",
    "customers.merge",
    "customers.open_areas",
    "assessment.cards",
    "assessment.regrade",
    "assessment.target",
    "planning.plan",
    "planning.publish",
    "planning.policy",
    "visits.delete",
    "visits.review",
    "field.devices",
    "field.live",
    "team.plan_days",
    "records.stop",
    "team.add_rep",
    "leads.pick",
    *_CATALOG,
    *_LEADS,
}
RIGHTS: dict[str, frozenset[str]] = {
    Role.REP: _FIELD | _CONTACTS | {"contacts.personal", "leads.pick"},
    Role.MANAGER: _LEAD | _CONTACTS | _CREDIT,
    Role.CUSTOMER_SERVICE: _FIELD
    | _CONTACTS
    | _CATALOG
    | _LEADS_DESK
    | {
        "contacts.import",
        "customers.import",
        "customers.change_owner",
        "customers.merge",
        "receivables.invoice",
        "orders.invoice",
        "orders.prices",
    },
    Role.FINANCE: _SEE
    | _FINANCE
    | {
        "contacts.export",
        "customers.export",
        "assessment.export",
        "catalog.export",
        "books.export",
        "leads.export",
        "receivables.credit",
        "catalog.costs",
    },
    Role.ADMINISTRATOR: _LEAD
    | _CONTACTS
    | _LEADS_DESK
    | _FINANCE
    | _CREDIT
    | {
        "contacts.questions",
        "customers.fields",
        "field.positions",
        "receivables.policy",
        "team.change",
        "calendar.change",
        "settings.change",
    },
    Role.READ_ONLY: _SEE,
}
ALL_RIGHTS = frozenset().union(*RIGHTS.values())
# Roles whose work needs every record of the company, whoever owns it.
SEES_ALL = frozenset({Role.CUSTOMER_SERVICE, Role.FINANCE, Role.ADMINISTRATOR, Role.READ_ONLY})


def rights_of(user: Any) -> frozenset[str]:
    """All rights of a user; none for anonymous or disabled ones."""
    return RIGHTS.get(user.role, frozenset()) if user.is_authenticated and user.is_active else frozenset()


def may(user: Any, right: str) -> bool:
    """Whether the user holds the right; raises KeyError for a right that stands in no role."""
    if right not in ALL_RIGHTS:
        raise KeyError(right)
    return right in rights_of(user)


def require(user: Any, right: str) -> None:
    """Raises PermissionDenied (403) unless the user holds the right."""
    if not may(user, right):
        raise PermissionDenied(right)


def right_required(right: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view only for holders of the right."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, right)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def sees_all(user: User) -> bool:
    """Whether the user's rows are not narrowed at all: company-wide roles, and whoever leads the top of the tree."""
    return user.role in SEES_ALL or (
        user.role == Role.MANAGER and user.team is not None and user.team.parent_id is None
    )


def owned_within_reach(user: User, owner: str = "owner") -> models.Q:
    """Condition on the owner field: own rows for a rep, the team's whole subtree and rows without an owner for a manager."""
    if sees_all(user):
        return models.Q()
    if user.role == Role.MANAGER and user.team is not None:
        return models.Q(**{f"{owner}__team__path__startswith": user.team.path}) | models.Q(
            **{f"{owner}__isnull": True}
        )
    return models.Q(**{owner: user.pk})
