"""The rule of P2.3, worked out by hand, and the look-up behind it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from furrow.customers import bulk
from furrow.customers.bulk import create_many
from furrow.customers.card.models import CompanyFacts
from furrow.customers.checking import look_alikes, masked, masked_phone
from furrow.customers.duplicates import LIKELY, PERHAPS, SURE, Likeness, Reason, compare, keys_of
from furrow.customers.matching import candidates, likenesses
from furrow.customers.merging import merge_customers, undo_merge
from furrow.customers.models import Customer, LikenessKey
from furrow.customers.names import parts_of
from furrow.customers.services import change_customer, create_customer, delete_customer, restore_customer
from furrow.customers.tests.keys import keys_out_of_step
from furrow.kit.audit import Changes
from furrow.kit.places import load_regions
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]
MOBILE = ("13800001234",)


@pytest.mark.parametrize(
    ("name", "core", "branch"),
    [
        ("武汉市順達通訊（江漢路店）有限公司", "顺达通讯", "江汉路"),
        ("顺达通讯江汉路店", "顺达通讯", "江汉路"),
        ("顺达通讯有限公司江汉路分店", "顺达通讯", "江汉路"),
        ("顺达通讯（武汉）有限公司", "顺达通讯", ""),
        ("顺达通讯总店", "顺达通讯", ""),
        ("顺达通讯3号店", "顺达通讯", "3"),
        ("顺达通讯第三分店", "顺达通讯", "3"),
        ("顺达通讯十二店", "顺达通讯", "12"),
        ("顺达通讯东店", "顺达通讯", "东"),
        ("星巴克江汉路店", "星巴克", "江汉路"),
        ("华为旗舰店", "华为", "旗舰"),
        ("顺达手机店", "顺达手机", ""),
        ("ＫＦＣ（汉街店）", "kfc", "汉街"),
        ("二十四桥面馆", "二十四桥面馆", ""),
        ("！！", "", ""),
    ],
)
def test_parts_of_a_name(name: str, core: str, branch: str) -> None:
    parts = parts_of(name)
    assert (parts.core, parts.branch) == (core, branch)


BASE = Likeness("顺达", MOBILE, "420103", "江汉路1号")


@pytest.mark.parametrize(
    ("other", "level", "score"),
    [
        (Likeness("顺达", MOBILE, "420103", "江汉路1号"), SURE, 100),
        (Likeness("順達商行", MOBILE), SURE, 100),  # 60 name + 60 phone, at most 100
        (Likeness("别名", MOBILE), LIKELY, 60),  # the phone alone
        (
            Likeness("别名", MOBILE, "420106", "武珞路9号"),
            PERHAPS,
            40,
        ),  # 60 - 16 other district - 20 other address
        (Likeness("顺达", (), "420103", "江汉路 1号"), SURE, 100),  # 60 + 15 + 25
        (Likeness("顺达", (), "420103", "江汉路1号2楼"), LIKELY, 83),  # 60 + 15 + 8
        (Likeness("顺达", (), "420103"), LIKELY, 75),
        (Likeness("顺达", (), "420103", "解放大道 889 号"), 0, 55),  # 60 + 15 - 20
        (Likeness("顺达", (), "420106", "江汉路1号"), 0, 44),  # another district: 60 - 16
        (
            Likeness("达顺", (), "420103", "江汉路1号"),
            0,
            0,
        ),  # two characters in another order are another name
        (Likeness("顺达", ("13900005678",), "310101"), 0, 20),  # 60 - 10 - 30
    ],
)
def test_points(other: Likeness, level: int, score: int) -> None:
    for match in (compare(BASE, other), compare(other, BASE)):
        assert (match.level, match.score) == (level, score)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("顺达通讯有限公司", "武漢市順達通訊經營部", Reason.SAME_NAME),
        ("顺达通讯", "ＳＤ顺达通讯", Reason.PART_OF_NAME),
        ("顺达通讯", "顺大通讯", Reason.SAME_SOUND),
        ("金宁通讯", "金林通迅", Reason.SAME_SOUND),  # n and l, ng and n
        ("顺达通讯", "通讯顺达", Reason.SAME_WORDS),
        ("江汉路顺达通讯店", "顺达通讯（江汉路店）", Reason.SAME_WORDS),
        ("鑫源顺达通讯", "鑫源恒达通讯", Reason.ONE_CHARACTER),
        ("鑫源顺达通讯", "鑫源顺达大通讯", Reason.ONE_CHARACTER),
        ("新恒顺达通讯器材", "大恒顺达通讯设备", None),
    ],
)
def test_reasons_by_name(one: str, other: str, reason: Reason | None) -> None:
    match = compare(Likeness(one, region="420103"), Likeness(other, region="420103"))
    near = compare(Likeness(one, MOBILE), Likeness(other, MOBILE))
    if reason is None:
        assert match.level == 0
    else:
        assert reason in near.reasons
    assert set(keys_of(Likeness(one))) & set(keys_of(Likeness(other))) or reason in (
        None,
        Reason.PART_OF_NAME,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("顺达通讯（江汉路店）", "顺达通讯（光谷店）"),
        ("顺达通讯1号店", "顺达通讯2号店"),
        ("顺达通讯一店", "顺达通讯2店"),
        ("顺达通讯东店", "顺达通讯西店"),
        ("华为旗舰店", "华为体验店"),
    ],
)
def test_branches_of_a_chain_are_no_duplicates_whatever_they_share(one: str, other: str) -> None:
    match = compare(
        Likeness(one, MOBILE, "420103", "江汉路1号"), Likeness(other, MOBILE, "420103", "江汉路1号")
    )
    assert match.level == 0


def test_a_branch_written_in_two_ways_is_one() -> None:
    for one, other in (("顺达通讯（江汉路店）", "顺达通讯江汉路分店"), ("顺达通讯3号店", "顺达通讯第三分店")):
        assert compare(Likeness(one, region="420103"), Likeness(other, region="420103")).level == LIKELY


def test_only_one_names_a_branch() -> None:
    chain, shop = Likeness("顺达通讯", region="420103"), Likeness("顺达通讯江汉路店", region="420103")
    assert compare(chain, shop).level == 0  # 60 + 15 - 25
    here, there = chain._replace(position=(114.29, 30.58)), shop._replace(position=(114.2903, 30.5801))
    assert compare(here, there).score == 90  # 60 + 15 + 20 - 5
    assert compare(here, there).level == LIKELY


def test_places() -> None:
    one = Likeness("顺达通讯", position=(114.29, 30.58))
    assert (
        compare(one, Likeness("顺达通讯", position=(114.29, 30.5825))).reasons[1] == Reason.CLOSE_BY
    )  # 278 m
    assert compare(one, Likeness("顺达通讯", position=(114.29, 30.68))).score == 35  # 11 km: 60 - 25
    assert compare(one, Likeness("别家", position=(114.29, 30.58))).level == 0  # a neighbor is no duplicate


def test_phones_and_credit_codes() -> None:
    one = Likeness("甲", ("02785550000",), credit_code="91420100MA4K1234XX")
    assert compare(one, Likeness("乙", ("85550000",))).reasons == (Reason.SAME_PHONE,)
    assert compare(one, Likeness("乙", ("85550001",))).level == 0
    assert compare(one, Likeness("乙", credit_code="91420100ma4k1234xx")).score == 60
    hotline = ("4008001234",)
    assert compare(Likeness("甲", hotline), Likeness("乙", hotline)).level == 0
    assert compare(Likeness("顺达", hotline), Likeness("顺达", hotline)).score == 85


@pytest.mark.parametrize(
    "name", ["", "😀", "‮顺达", "\x00", "a" * 5000, "店", "（）", "（（（", "①②③④⑤", "𠮷野家" * 60]
)
def test_odd_names_are_compared_like_others(name: str) -> None:
    one = Likeness(name, MOBILE)
    keys_of(one)
    compare(one, Likeness("顺达通讯", MOBILE))
    assert compare(one, one).level in (SURE, LIKELY)


# Look-up ------------------------------------------------------------------------------------------


@pytest.fixture
def regions(db: None) -> None:
    load_regions(townships=False)


def found(one: Likeness) -> list[int]:
    return [candidate.pk for candidate in candidates(one, limit=10)]


def test_keys_follow_the_customer(cast: Cast, regions: None) -> None:
    customer = create_customer(by=None, name="鑫源顺达通讯", phone="13800001234、027-85550000")
    asked = Likeness("鑫源恒达通讯", ("85550000",))
    assert found(asked) == [customer.pk]
    change_customer(customer, by=None, name="远帆数码", phone="")
    assert found(asked) == []
    assert found(Likeness("远帆数码")) == [customer.pk]
    assert keys_out_of_step() == set()
    delete_customer(customer, by=None)
    assert found(Likeness("远帆数码")) == []
    assert not LikenessKey.objects.filter(customer=customer).exists()
    restore_customer(customer, by=None)
    assert found(Likeness("远航数码", position=None)) == []
    assert found(Likeness("远帆数码")) == [customer.pk]
    assert keys_out_of_step() == set()


def test_keys_follow_what_lies_beside_the_customer(cast: Cast, regions: None) -> None:
    def with_code(code: str) -> Callable[[Customer], Changes]:
        def write(row: Customer) -> Changes:
            CompanyFacts.objects.update_or_create(customer=row, defaults={"registration_number": code})
            return {"company.registration_number": ["", code]}

        return write

    customer = create_customer(by=None, name="鑫源顺达通讯", also=with_code("91420100MA4K00001X"))
    assert keys_out_of_step() == set()
    change_customer(customer, by=None, also=with_code("91420100MA4K00002X"))
    assert keys_out_of_step() == set()
    assert found(Likeness("别名", credit_code="91420100MA4K00001X")) == []
    assert found(Likeness("别名", credit_code="91420100MA4K00002X")) == [customer.pk]
    kept = create_customer(by=None, name="远帆数码")
    merge = merge_customers(kept, customer, by=None)
    assert found(Likeness("别名", credit_code="91420100MA4K00002X")) == [kept.pk]
    assert keys_out_of_step() == set()
    undo_merge(merge, by=None)
    assert keys_out_of_step() == set()


def test_a_key_left_from_before_is_none_to_fail_for(cast: Cast) -> None:
    customer = create_customer(by=None, name="鑫源顺达通讯")
    LikenessKey.objects.create(customer=customer, key=keys_of(Likeness("远帆数码"))[0])
    change_customer(customer, by=None, name="远帆数码")
    assert keys_out_of_step() == set()


def test_the_migration_leaves_no_key_over(cast: Cast) -> None:
    """Since 0013 no index finds a customer's keys: one that an earlier erasure left would stay for ever."""
    customer = create_customer(by=None, name="鑫源顺达通讯", phone="13800001234")
    gone = create_customer(by=None, name="远帆数码")
    delete_customer(gone, by=None)
    LikenessKey.objects.create(customer=customer, key=keys_of(Likeness("", ("13900005678",)))[0])
    LikenessKey.objects.create(customer=gone, key=keys_of(Likeness("远帆数码"))[0])
    import_module("furrow.customers.migrations.0013_likeness_keys_by_key_only").fill(apps, None)
    assert keys_out_of_step() == set()


def test_many_changed_at_once_keep_their_keys_in_step(cast: Cast, regions: None) -> None:
    """One of each: renamed, deleted, moved to another city, changed in what makes no key; one comes twice."""
    ids = [create_customer(by=None, name=f"鑫源顺达通讯{n}店", region_id="420103").pk for n in range(4)]
    rows = bulk.locked(ids)
    renamed, deleted, moved, noted = (rows[pk] for pk in ids)
    bulk.change_many(
        [
            (renamed, {"name": "远帆数码"}),
            (deleted, {"deleted_at": timezone.now()}),
            (moved, {"region_id": "110101"}),
            (noted, {"note": "周一"}),
            (renamed, {"name": "远航数码"}),
        ],
        by=None,
        note="",
    )
    assert keys_out_of_step() == set()
    assert found(Likeness("远航数码")) == [renamed.pk]


def test_neighbors_with_a_name_in_part_the_same_are_found_by_position(cast: Cast, regions: None) -> None:
    at = {"longitude": 114.29, "latitude": 30.58, "position_system": "wgs84", "region_id": "420103"}
    (customer,) = create_many([{"name": "顺达通讯器材专营", "phone": "", "code": "", **at}], by=None, note="")
    assert found(Likeness("顺达通讯", region="420103", position=(114.2902, 30.5801))) == [customer.pk]
    assert found(Likeness("顺达通讯", region="420103", position=(114.30, 30.58))) == []


def test_candidates_are_ranked_and_a_shared_key_is_read_so_far_only(
    cast: Cast, django_assert_max_num_queries: Callable[..., object]
) -> None:
    rows = [{"name": "连锁店", "phone": "", "code": ""} for _ in range(400)]
    create_many(
        [*rows, {"name": "连锁店", "phone": "13800009999", "code": "", "address": "江汉路1号"}],
        by=None,
        note="",
    )
    with django_assert_max_num_queries(3):
        ranked = candidates(Likeness("连锁店", ("13800009999",), address="江汉路1号"), limit=5)
    assert ranked[0].match.level == SURE
    assert len(ranked) == 5
    assert [c.match.score for c in ranked] == sorted((c.match.score for c in ranked), reverse=True)


def test_likenesses_leave_deleted_ones_out(cast: Cast) -> None:
    kept, gone = (create_customer(by=None, name=name) for name in ("甲店", "乙店"))
    delete_customer(gone, by=None)
    assert list(likenesses([kept.pk, gone.pk])) == [kept.pk]


# Reach --------------------------------------------------------------------------------------------


def test_out_of_reach_only_owner_and_masked_data(cast: Cast, regions: None) -> None:
    create_customer(
        by=None,
        name="顺达通讯有限公司",
        phone="13812345678",
        owner=cast.rep,
        address="江汉路1号",
        region_id="420103",
    )
    (mine,) = look_alikes(Likeness("顺达通讯商行", region="420103"), cast.rep, limit=5)
    assert (mine.name, mine.in_reach, mine.phone) == ("顺达通讯有限公司", True, "13812345678")
    (other,) = look_alikes(Likeness("完全不同", ("13812345678",)), cast.other_rep, limit=5)
    assert (other.name, other.phone, other.address, other.code, other.in_reach) == (
        "顺**",
        "138****5678",
        "",
        "",
        False,
    )
    assert other.owner == cast.rep
    assert "江汉" not in other.region


def test_masks() -> None:
    assert (masked("张三"), masked_phone("13812345678、027-85550000"), masked_phone("12345"), masked_phone("")) == (
        "张**", "138****5678", "****45", "",
    )  # fmt: skip


@pytest.fixture
def shop(cast: Cast, regions: None) -> Customer:
    return create_customer(
        by=None,
        name="顺达通讯有限公司",
        phone="13812345678",
        owner=cast.rep,
        region_id="420103",
        address="江汉路1号",
    )


def test_check_page_tells_and_carries_on(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    client = client_of(cast.other_rep)
    empty = client.get("/customers/check/")
    assert empty.status_code == 200
    page = client.get(
        "/customers/check/", {"name": "順達通訊", "phone": "138 1234 5678", "region": "武汉市江汉区"}
    ).content.decode()
    assert "顺**" in page
    assert "138****5678" in page
    assert "顺达通讯有限公司" not in page
    assert "13812345678" not in page
    assert "李伟" in page
    assert "/customers/new/?name=" in page
    form = client.get(
        "/customers/new/", {"name": "順達通訊", "phone": "13812345678", "region": "武汉市江汉区"}
    )
    assert form.context["form"]["name"].value() == "順達通訊"
    assert form.context["form"]["region"].value() == "武汉市江汉区"
    assert "顺**" in form.content.decode()


def test_a_customer_that_is_here_is_saved_only_when_confirmed(
    cast: Cast, shop: Customer, client_of: ClientOf
) -> None:
    client = client_of(cast.rep)
    values = {
        "name": "顺达通讯",
        "phone": "13812345678",
        "status": "prospect",
        "kind": "retailer",
        "owner": cast.rep.pk,
    }
    refused = client.post("/customers/new/", values)
    assert refused.status_code == 422
    assert "Save anyway" in refused.content.decode()
    assert Customer.objects.count() == 1
    assert client.post("/customers/new/", values | {"confirm": "1"}).status_code == 302
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    "asked",
    [{"name": "\x00"}, {"phone": "1" * 5000}, {"name": "😀" * 200, "region": "x" * 900}, {"longitude": "nan", "latitude": "inf", "name": "顺达"}, {"position_system": "mars", "name": "顺达"}],
)  # fmt: skip
def test_odd_questions_get_an_answer(cast: Cast, asked: dict[str, str], client_of: ClientOf) -> None:
    for address in ("/customers/check/", "/customers/similar/", "/customers/new/"):
        assert client_of(cast.rep).get(address, asked).status_code == 200


def test_the_api_answers_409_with_candidates_unless_confirmed(cast: Cast, shop: Customer) -> None:
    client = Client(headers={"authorization": f"Bearer {issue_api_token(cast.other_rep, by=cast.other_rep)}"})
    body = {"name": "顺达通讯商行", "phone": "138 1234 5678"}
    refused = client.post("/api/customers", body, content_type="application/json")
    assert refused.status_code == 409, refused.content
    (candidate,) = refused.json()["candidates"]
    assert (candidate["id"], candidate["name"], candidate["owner"]) == (None, "顺**", "李伟")
    assert Customer.objects.count() == 1
    made = client.post("/api/customers", body | {"confirm": True}, content_type="application/json")
    assert made.status_code == 201
