"""Single customers: create, change, delete, restore, change owner; who sees what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from furrow.customers import bulk, services
from furrow.customers.models import Customer
from furrow.customers.rules import phones_of
from furrow.customers.search import CUSTOMERS
from furrow.kit.audit import history
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("phone", "numbers"),
    [
        ("138 0000 1234", ("13800001234",)),
        ("+86 138-0000-1234", ("13800001234",)),
        ("13800001234、027-85550000", ("13800001234", "02785550000")),
        ("027-85550000转12", ("02785550000",)),
        ("12345", ()),
        ("ask at the counter", ()),
        ("", ()),
    ],
)
def test_phones_as_they_are_compared(phone: str, numbers: tuple[str, ...]) -> None:
    assert phones_of(phone) == numbers


def test_create_gives_code_keys_search_and_audit(cast: Cast) -> None:
    customer = services.create_customer(by=cast.manager, name="武漢順達通訊有限公司", phone="138 0000 1234")
    assert customer.code == "C-000001"
    for query in ("顺达", "shunda", "sdtx", "1234", "C-000001"):
        assert CUSTOMERS.match(query, limit=5) == [customer.pk], query
    entry = history(customer).get()
    assert (entry.action, entry.by, entry.changes["name"]) == (
        "create",
        cast.manager,
        [None, "武漢順達通訊有限公司"],
    )


def test_create_refuses_a_code_in_use_and_an_owner_out_of_reach(cast: Cast) -> None:
    services.create_customer(by=cast.manager, name="甲", code="K1")
    with pytest.raises(ValidationError, match="has this code"):
        services.create_customer(by=cast.manager, name="乙", code="K1")
    with pytest.raises(ValidationError, match="Not found among your people"):
        services.create_customer(by=cast.manager, name="丙", owner=cast.other_rep)
    assert Customer.objects.count() == 1


def test_change_keeps_search_and_history_true(cast: Cast) -> None:
    customer = services.create_customer(by=cast.manager, name="顺达通讯")
    services.change_customer(customer, by=cast.manager, name="启明手机城", address="解放大道 1 号")
    assert CUSTOMERS.match("顺达", limit=5) == []
    assert CUSTOMERS.match("启明", limit=5) == [customer.pk]
    assert history(customer).first().changes == {
        "name": ["顺达通讯", "启明手机城"],
        "address": ["", "解放大道 1 号"],
    }
    assert Customer.objects.get(pk=customer.pk).version == 2


def test_change_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    customer = services.create_customer(by=cast.manager, name="顺达通讯")
    services.change_customer(customer, by=cast.manager, name="顺达通讯")
    assert Customer.objects.get(pk=customer.pk).version == 1
    assert history(customer).count() == 1


def test_change_refuses_an_old_version(cast: Cast) -> None:
    customer = services.create_customer(by=cast.manager, name="顺达通讯")
    services.change_customer(customer, by=cast.manager, version=1, note="先改")
    with pytest.raises(services.ChangedElsewhere):
        services.change_customer(customer, by=cast.rep, version=1, note="后改")
    assert Customer.objects.get(pk=customer.pk).note == "先改"


def test_delete_and_restore(cast: Cast) -> None:
    customer = services.create_customer(by=cast.manager, name="顺达通讯", owner=cast.rep)
    services.delete_customer(customer, by=cast.manager)
    assert not Customer.objects.visible_to(cast.manager).exists()
    assert CUSTOMERS.match("顺达", limit=5) == []
    services.restore_customer(customer, by=cast.manager)
    assert Customer.objects.visible_to(cast.rep).get() == customer
    assert CUSTOMERS.match("顺达", limit=5) == [customer.pk]


def test_taking_owners_back_leaves_alone_what_others_changed_since_or_is_out_of_reach(cast: Cast) -> None:
    given_on, moved_away = (services.create_customer(by=cast.manager, name=name) for name in ("甲店", "乙店"))
    before = services.change_owner([given_on, moved_away], cast.rep, by=cast.manager)
    services.change_owner([given_on], cast.second_rep, by=cast.director)
    cast.rep.team = cast.south
    cast.rep.save()
    services.undo_change_owner(before, cast.rep.pk, by=cast.manager)
    owners = dict(Customer.objects.values_list("pk", "owner_id"))
    assert owners == {given_on.pk: cast.second_rep.pk, moved_away.pk: cast.rep.pk}


def test_what_was_deleted_meanwhile_is_said_not_an_error_of_ours(cast: Cast) -> None:
    customer = services.create_customer(by=cast.rep, name="甲店")
    services.delete_customer(customer, by=cast.manager)
    with pytest.raises(services.ChangedElsewhere):
        services.change_customer(customer, by=cast.rep, name="乙店")
    with pytest.raises(services.ChangedElsewhere):
        services.delete_customer(customer, by=cast.manager)


def test_change_owner_and_back(cast: Cast) -> None:
    first = services.create_customer(by=cast.manager, name="甲店", owner=cast.rep)
    second = services.create_customer(by=cast.manager, name="乙店")
    before = services.change_owner([first, second], cast.second_rep, by=cast.manager)
    assert before == {first.pk: cast.rep.pk, second.pk: None}
    assert set(Customer.objects.values_list("owner_id", flat=True)) == {cast.second_rep.pk}
    services.undo_change_owner(before, cast.second_rep.pk, by=cast.manager)
    assert dict(Customer.objects.values_list("pk", "owner_id")) == before
    assert [entry.action for entry in history(first)] == ["change_owner", "change_owner", "create"]
    with pytest.raises(ValidationError):
        services.change_owner([first], cast.other_rep, by=cast.manager)


def test_who_sees_whom(cast: Cast) -> None:
    own = services.create_customer(by=None, name="甲店", owner=cast.rep)
    mate = services.create_customer(by=None, name="乙店", owner=cast.second_rep)
    other = services.create_customer(by=None, name="丙店", owner=cast.other_rep)
    free = services.create_customer(by=None, name="丁店")
    seen = {name: set(Customer.objects.visible_to(user)) for name, user in cast.people().items()}
    everything = {own, mate, other, free}
    assert seen["rep"] == {own}
    assert seen["manager"] == {own, mate, free}
    assert seen["other_manager"] == {other, free}
    for name in ("director", "clerk", "finance", "administrator", "read_only"):
        assert seen[name] == everything, name


def test_lists_go_by_pinyin_whatever_door_wrote_the_name(
    cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    services.create_customer(by=cast.manager, name="王府手机")
    renamed = services.create_customer(by=cast.manager, name="做出来的名字")
    services.change_customer(renamed, by=cast.manager, name="长江通讯")
    first, second = bulk.create_many(
        [{"name": "万华数码", "code": ""}, {"name": "之后改名", "code": ""}], by=None, note=""
    )
    bulk.change_many([(second, {"name": "阿里手机"})], by=None, note="")
    page = client_of(cast.director).get("/customers/").text
    names = ["阿里手机", "长江通讯", "万华数码", "王府手机"]
    assert sorted(names, key=page.index) == names
    turned = client_of(cast.director).get("/customers/?sort=-name_order").text
    assert sorted(names, key=turned.index) == names[::-1]
    assert Customer.objects.get(pk=first.pk).name_order == "wan 万hua 华shu 数ma 码"
