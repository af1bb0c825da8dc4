"""A customer to grade, and a grading by the manager, for tests/addresses.py."""

from __future__ import annotations

from furrow.assessment.services import assess_many
from furrow.customers.models import Customer
from tests.cast import Cast


def things(cast: Cast) -> dict[str, object]:
    customer = Customer.objects.visible_to(cast.rep).order_by("pk")[0]
    graded = assess_many([customer.pk], grade="A", reason="扩店", by=cast.manager)
    return {
        "assessment:pk": customer,
        "assessment:batch": graded.id,
        "assessment:code": "credit_5c",
        "scorecards:code": "credit_5c",
    }
