"""Statements kept for a reader: the same rows as asked anew, and reach that is looked at each time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from furrow.customers.models import Customer
from furrow.customers.services import change_owner, create_customer
from furrow.kit.prepared import KEPT, AmongIds, Ids, Prepared, PreparedRecords, PreparedThing
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db

IN_REACH = [
    model
    for model in apps.get_models()
    if hasattr(getattr(model, "objects", None), "visible_to") and model.__module__.startswith("furrow.")
]


def prepared() -> Prepared:
    return Prepared(
        lambda user, limit, owner, since: (
            Customer.objects.visible_to(user)
            .filter(owner=owner, created_at__gte=since)
            .order_by("name")
            .values_list("name", "created_at", "longitude", "phone")[:limit]
        ),
        owner=models.BigIntegerField(),
        since=models.DateTimeField(),
    )


def shop(cast: Cast, name: str, owner: User) -> Customer:
    return create_customer(by=cast.director, name=name, owner=owner, longitude=114.3, latitude=30.6)


@pytest.mark.parametrize("model", IN_REACH, ids=lambda model: model._meta.label)
def test_reach_is_told_by_the_reach_key_alone(
    model: Any, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """A statement is kept under the reader's reach_key: nothing else of the reader, and nothing of the database, may be in it."""
    for person in cast.people().values():
        bare = User(pk=person.pk, role=person.role, team=person.team)
        assert bare.reach_key == person.reach_key
        with django_assert_num_queries(0):
            assert str(model.objects.visible_to(bare).query) == str(model.objects.visible_to(person).query)


def test_rows_are_those_asked_anew(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    read, since = prepared(), timezone.now() - timedelta(minutes=1)
    first, second = shop(cast, "一店", cast.rep), shop(cast, "二店", cast.rep)
    other = shop(cast, "三店", cast.other_rep)
    values = [(one.name, one.created_at, one.longitude, "") for one in (first, second, other)]
    for _turn in range(2):
        assert read.rows(cast.director, 9, owner=cast.rep.pk, since=since) == values[:2]
        assert read.rows(cast.director, 1, owner=cast.rep.pk, since=since) == values[:1]
        assert read.rows(cast.director, 9, owner=cast.other_rep.pk, since=since) == values[2:]
        assert read.rows(cast.director, 9, owner=cast.rep.pk, since=timezone.now()) == []
        assert read.rows(cast.rep, 9, owner=cast.rep.pk, since=since) == values[:2]
        assert read.rows(cast.rep, 9, owner=cast.other_rep.pk, since=since) == []
    with django_assert_num_queries(1):
        read.rows(cast.rep, 9, owner=cast.rep.pk, since=since)


def test_reach_is_looked_at_each_time(cast: Cast) -> None:
    read, since = prepared(), timezone.now() - timedelta(minutes=1)
    moved = shop(cast, "一店", cast.other_rep)
    asked = {"owner": cast.other_rep.pk, "since": since}
    assert read.rows(cast.manager, 9, **asked) == []
    cast.manager.team = cast.south
    assert [row[0] for row in read.rows(cast.manager, 9, **asked)] == ["一店"]
    cast.manager.role, cast.manager.team = cast.rep.role, cast.north
    assert read.rows(cast.manager, 9, **asked) == []
    change_owner([moved], cast.rep, by=cast.director)
    assert read.rows(cast.other_rep, 9, **asked) == []


def test_statements_are_bounded_and_tuples_only(cast: Cast) -> None:
    read, since = prepared(), timezone.now()
    for limit in range(1, KEPT + 3):
        read.rows(cast.rep, limit, owner=cast.rep.pk, since=since)
    assert len(read._known) <= KEPT
    with pytest.raises(TypeError, match="values_list"):
        Prepared(lambda _reader: Customer.objects.all()).rows(None)


def test_records_by_any_number_of_ids(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    read = PreparedRecords(
        Customer,
        lambda ids: Customer.objects.filter(AmongIds(models.F("id"), ids)).order_by("id"),
        ids=Ids(),
    )
    made = [shop(cast, f"{n} 店", cast.rep) for n in range(3)]
    for some in (made, made[1:2], []):
        found = read.records(ids=[one.pk for one in some])
        assert found == some
        assert [one.__dict__ | {"_state": 0} for one in found] == [
            Customer.objects.get(pk=one.pk).__dict__ | {"_state": 0} for one in some
        ]
    with django_assert_num_queries(1):
        read.records(ids={one.pk for one in made})


def test_one_thing_with_what_it_leads_to(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    read = PreparedThing(Customer, ("owner",))
    mine, other = shop(cast, "一店", cast.rep), shop(cast, "二店", cast.other_rep)
    nobodys = create_customer(by=cast.director, name="三店")
    with django_assert_num_queries(2):
        found, unowned = read.find(cast.rep, mine.pk), read.find(cast.director, nobodys.pk)
        assert (found.owner, found.owner.name, unowned.owner) == (cast.rep, cast.rep.name, None)
    assert found.__dict__ | {"_state": 0} == Customer.objects.get(pk=mine.pk).__dict__ | {"_state": 0}
    assert read.find(cast.rep, other.pk) is read.find(cast.rep, 10**30) is None


@pytest.mark.django_db(transaction=True)
def test_a_read_that_locks_needs_a_transaction() -> None:
    read = PreparedRecords(Customer, lambda: Customer.objects.select_for_update())
    with transaction.atomic():
        assert read.records() == []
    with pytest.raises(TransactionManagementError):
        read.records()
