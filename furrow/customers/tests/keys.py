"""Whether the keys of customers are those they have now."""

from __future__ import annotations

from furrow.customers.duplicates import keys_of
from furrow.customers.matching import likenesses
from furrow.customers.models import Customer, LikenessKey


def keys_out_of_step() -> set[tuple[int, int]]:
    """(customer, key) that is kept and should not be, or should be and is not."""
    living = likenesses(Customer.objects.values_list("pk", flat=True))
    wanted = {(pk, key) for pk, one in living.items() for key in keys_of(one)}
    return wanted ^ set(LikenessKey.objects.values_list("customer_id", "key"))
