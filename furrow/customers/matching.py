"""Finding the customers that may be the same one (P2.3): the keys kept with each customer, and the candidates they lead to, compared and
ranked. What a check costs does not grow with the number of customers: every look-up goes through an index and takes a limited number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import cos, radians
from typing import Any

from django.db import connection, models
from django.db.models import F

from furrow.customers.duplicate_models import LikenessKey
from furrow.customers.duplicates import NEAR_M, Likeness, Match, compare, keys_of, main_keys
from furrow.customers.models import Customer
from furrow.customers.rules import phones_of
from furrow.kit.rows import Among, delete_columns, insert_columns

# A change of one of these changes the keys.
KEY_FIELDS = frozenset({"name", "phone", "region", "registration_number"})
COLUMNS = (
    "pk",
    "name",
    "phone",
    "region_id",
    "address",
    "longitude",
    "latitude",
    "company__registration_number",
)
PER_KEY, PER_MAIN_KEY, PER_PLACE, PER_KEY_IN_BULK = 60, 200, 100, 30
AT_ONCE = 4_000  # keys or ids in one statement
_METERS_PER_DEGREE = 111_320
_SHELF_BITS = 54  # of a key's 64: some thousand shelves


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that may be the one looked for."""

    pk: int
    match: Match


def likeness(values: Mapping[str, Any]) -> Likeness:
    """What a customer with these column values is compared by."""
    lng, lat = values.get("longitude"), values.get("latitude")
    return Likeness(
        values.get("name") or "",
        phones_of(values.get("phone") or ""),
        values.get("region_id") or "",
        values.get("address") or "",
        (lng, lat) if lng is not None and lat is not None else None,
        values.get("credit_code") or "",
    )


def likenesses(ids: Iterable[int]) -> dict[int, Likeness]:
    """Living customers by id, as they are compared."""
    found: dict[int, Likeness] = {}
    for chunk in _chunks(ids):
        rows = Customer.objects.alive().order_by().filter(Among(F("pk"), chunk)).values_list(*COLUMNS)
        for pk, name, phone, region, address, lng, lat, credit in rows:
            position = (lng, lat) if lng is not None and lat is not None else None
            found[pk] = Likeness(name, phones_of(phone), region or "", address, position, credit or "")
    return found


# Keeping the keys ---------------------------------------------------------------------------------


def add(customers: Iterable[tuple[int, Likeness]]) -> None:
    """Keep the keys of customers that have none yet, in the current transaction."""
    insert_columns(LikenessKey, _columns((pk, key) for pk, one in customers for key in keys_of(one)))


def put(ids: Collection[int], before: Mapping[int, Likeness]) -> None:
    """Keep the keys of these customers as they now stand in the database; deleted ones have none. `before`: their `likenesses` before
    the change, whose keys go. No index finds the keys of one customer: it would cost an import as much again as the keys themselves."""
    now = likenesses(ids)
    had, have = ({(pk, key) for pk in ids if pk in of for key in keys_of(of[pk])} for of in (before, now))
    delete_columns(LikenessKey, _columns(had - have))
    new = (LikenessKey(key=key, customer_id=pk) for pk, key in have - had)
    # A key left over from an earlier rule is none to fail for.
    LikenessKey.objects.bulk_create(new, AT_ONCE, ignore_conflicts=True)


def put_anew(ids: Collection[int]) -> None:
    """As `put` where nobody knows what was before: reads all keys there are, which only an erasure may take the time for."""
    for chunk in _chunks(ids):
        LikenessKey.objects.filter(Among(F("customer_id"), chunk)).delete()
    put(ids, {})


def _columns(keys: Iterable[tuple[int, int]]) -> dict[str, Sequence[int]]:
    """(customer, key) as columns, roughly in the order of the keys: near ones lie together in the index and are written in half the time."""
    shelves: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for kept in keys:
        shelves[kept[1] >> _SHELF_BITS].append(kept)
    ordered = [kept for shelf in sorted(shelves) for kept in shelves[shelf]]
    return {"key": [key for _pk, key in ordered], "customer_id": [pk for pk, _key in ordered]}


# Looking for one ----------------------------------------------------------------------------------


def candidates(one: Likeness, *, limit: int, without: Iterable[int] = ()) -> list[Candidate]:
    """Living customers that may be `one`, likeliest first."""
    ids = _holders(one) | _nearby(one)
    ids.difference_update(without)
    found = [
        Candidate(pk, match) for pk, other in likenesses(ids).items() if (match := compare(one, other)).level
    ]
    found.sort(key=lambda candidate: (-candidate.match.score, candidate.pk))
    return found[:limit]


def _holders(one: Likeness) -> set[int]:
    """Customers that share a key, so many per key at most."""
    main, keys = main_keys(one), keys_of(one)
    if not keys:
        return set()
    table = connection.ops.quote_name(LikenessKey._meta.db_table)
    part = f"SELECT * FROM (SELECT customer_id FROM {table} WHERE key = %s LIMIT %s) AS k"  # noqa: S608  our own table's name
    params = [part for key in keys for part in (key, PER_MAIN_KEY if key in main else PER_KEY)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join([part] * len(keys)), params)
        return {row[0] for row in cursor.fetchall()}


def _nearby(one: Likeness) -> set[int]:
    """Customers at the very place."""
    if one.position is None:
        return set()
    lng, lat = one.position
    north = NEAR_M / _METERS_PER_DEGREE
    east = north / max(0.1, cos(radians(lat)))
    box = {"longitude__range": (lng - east, lng + east), "latitude__range": (lat - north, lat + north)}
    return set(Customer.objects.alive().order_by().filter(**box).values_list("pk", flat=True)[:PER_PLACE])


# Looking for many ---------------------------------------------------------------------------------


def holders_of(keys: Iterable[int], *, outside: range | None = None) -> dict[int, list[int]]:
    """key -> the first customers that have it, for many keys at once; with `outside`, only customers whose ids are not in it."""
    found: dict[int, list[int]] = defaultdict(list)
    if not (parts := _parts(outside)):
        return found
    for chunk in _chunks(keys):
        for part in parts:
            numbered = LikenessKey.objects.filter(Among(F("key"), chunk), **part).annotate(
                n=models.Window(models.functions.RowNumber(), partition_by="key", order_by="customer_id")
            )
            for key, pk in numbered.filter(n__lte=PER_KEY_IN_BULK).values_list("key", "customer_id"):
                found[key].append(pk)
    return found


def _parts(outside: range | None) -> list[dict[str, int]]:
    """The ids on either side, each a condition the index of the keys can start from; sides where nobody is are left out."""
    if outside is None:
        return [{}]
    return [
        {f"customer_id__{side}": bound}
        for side, bound in (("lt", outside.start), ("gte", outside.stop))
        if Customer.objects.order_by().filter(**{f"pk__{side}": bound}).exists()
    ]


def _chunks(values: Iterable[int]) -> Iterator[Sequence[int]]:
    rest = iter(dict.fromkeys(values))
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk
