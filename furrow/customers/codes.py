"""Customer codes given out by the house: C-000001, C-000002 and so on."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Length

from furrow.customers.models import CodeCounter, Customer
from furrow.kit.rows import Among

PREFIX = "C-"
_OURS = r"^C-[0-9]{6,15}$"


def code_of(number: int) -> str:
    """The code with this number: at least six digits."""
    return f"{PREFIX}{number:06d}"


@transaction.atomic
def next_codes(count: int) -> list[str]:
    """`count` codes nobody has, rising. They are the caller's once its transaction is committed.

    The counter's row stays locked until then, so two writers never get the same code. Codes of this form that people brought along
    are jumped over.
    """
    if count <= 0:
        return []
    CodeCounter.objects.get_or_create(name="customer")
    codes = _reserve(count)
    if Customer.objects.filter(Among(F("code"), codes)).exists():
        CodeCounter.objects.filter(name="customer").update(last=_highest())
        codes = _reserve(count)
    return codes


def _reserve(count: int) -> list[str]:
    CodeCounter.objects.filter(name="customer").update(last=F("last") + count)
    last = CodeCounter.objects.get(name="customer").last
    return [code_of(number) for number in range(last - count + 1, last + 1)]


def _highest() -> int:
    ours = Customer.objects.filter(code__regex=_OURS).order_by(Length("code").desc(), "-code")
    code = ours.values_list("code", flat=True).first()
    return int(code.removeprefix(PREFIX)) if code else 0
