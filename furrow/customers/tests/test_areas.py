"""The count of the archives, the regions browser, plans and openings of areas (P1.1, P1.7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from furrow.customers.archives import counting
from furrow.customers.archives.models import ArchiveCount, ArchiveState
from furrow.customers.archives.rules import Sums, area_completeness
from furrow.customers.areas import queries, services
from furrow.customers.areas.models import AreaPlan
from furrow.customers.areas.rules import Standing, standing
from furrow.customers.card.models import CardConfirmation
from furrow.customers.card.reading import READ_ALONG, CardReading
from furrow.customers.card.services import change_facts, confirm_group
from furrow.customers.models import Customer, Kind
from furrow.customers.services import change_customer, create_customer, delete_customer
from furrow.kit import audit, jobs
from furrow.kit.models import Job
from furrow.kit.places import Region
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]
JIANGHAN, WUCHANG, HUANGMEI = "420103", "420106", "421127"


@pytest.fixture
def regions(db: None) -> None:
    names = {
        "42": "湖北省",
        "4201": "武汉市",
        "4211": "黄冈市",
        JIANGHAN: "江汉区",
        WUCHANG: "武昌区",
        HUANGMEI: "黄梅县",
    }
    levels = {2: 1, 4: 2, 6: 3, 9: 4}
    names["420103001"] = "民族街道"
    for code, name in names.items():
        parent = {2: None, 4: code[:2], 6: code[:4], 9: code[:6]}[len(code)]
        Region.objects.create(code=code, name=name, level=levels[len(code)], parent_id=parent, full_name=name)


def customer(cast: Cast, name: str, region: str | None = JIANGHAN, **values: Any) -> Customer:
    found = Region.objects.get(pk=region) if region else None
    return create_customer(by=cast.director, **{"name": name, "region": found, "owner": cast.rep, **values})


def count(*, whole: bool = False) -> Job:
    """One count from start to end, as the worker does it."""
    job = counting.start_count(by=None, whole=whole)
    assert job is not None
    assert jobs.run_step(job.pk) == Job.Status.DONE
    return Job.objects.get(pk=job.pk)


# Rules ------------------------------------------------------------------------------------------


def test_each_archive_counts_a_fifth() -> None:
    full = Sums(customers=10, percents=1000)
    assert area_completeness({}) == 0
    assert area_completeness({"retailer": full}) == 20
    # retailers and carrier outlets are one archive: (10·100 + 10·50) / 20 = 75
    assert area_completeness({"retailer": full, "carrier": Sums(customers=10, percents=500)}) == 15
    assert (
        area_completeness(dict.fromkeys(["consumer", "dealer", "retailer", "rival", "public"], full)) == 100
    )
    assert area_completeness({"key": full}) == 0


@pytest.mark.parametrize(
    ("opened", "planned", "percent", "expected"),
    [
        (True, True, 0, Standing.OPEN),
        (False, False, 100, Standing.UNPLANNED),
        (False, True, 59, Standing.GATHERING),
        (False, True, 60, Standing.READY),
    ],
)
def test_standing(opened: bool, planned: bool, percent: int, expected: Standing) -> None:
    assert standing(opened=opened, planned=planned, percent=percent, needed=60) is expected


def test_shares_and_ages_of_nobody_are_unknown() -> None:
    today = timezone.localdate()
    assert (Sums().share("graded"), Sums().percent, Sums().age(today)) == (None, None, None)
    some = Sums(customers=3, graded=2, confirmed=2, confirmed_days=2 * today.toordinal() - 10)
    assert (some.share("graded"), some.age(today)) == (66, 5)


# Counting ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind.values)
def test_the_count_and_the_page_agree(cast: Cast, regions: None, kind: str) -> None:
    one = customer(
        cast, "新华", kind=kind, phone="027-85550000", visit_grade="A", longitude=114.3, latitude=30.6
    )
    if kind == Kind.DEALER:
        change_facts(one, {"dealer.tier": 1, "lines.carried": "倍思"}, by=cast.rep)
    elif kind == Kind.PUBLIC:
        change_facts(one, {"public_body.our_contact": cast.rep}, by=cast.rep)
    else:
        change_facts(one, {"card.outlet_count": 0}, by=cast.rep)
    bare = customer(cast, "空白", region=None, owner=None, kind=kind)
    for pk, percent in counting.percents_of([one.pk, bare.pk]):
        row = Customer.objects.select_related(*READ_ALONG).get(pk=pk)
        assert percent == CardReading(row, cast.director).complete.percent


def test_a_count_takes_up_what_changed(cast: Cast, regions: None) -> None:
    shop, other = customer(cast, "新华"), customer(cast, "远帆")
    first = count()
    before = dict(ArchiveState.objects.values_list("customer", "percent"))
    assert set(before) == {shop.pk, other.pk} and first.params["since"] is None

    change_customer(shop, by=cast.rep, phone="027-85550000")
    delete_customer(other, by=cast.director)
    second = count()
    assert second.params["since"] is not None
    states = dict(ArchiveState.objects.values_list("customer", "percent"))
    assert set(states) == {shop.pk} and states[shop.pk] > before[shop.pk]

    confirm_group(shop, "basics", by=cast.rep)
    count()
    assert counting.day_of(ArchiveState.objects.get().confirmed_day) == timezone.localdate()


def test_what_a_later_count_leaves_out_is_not_recounted(cast: Cast, regions: None) -> None:
    shop = customer(cast, "新华")
    count()
    Customer.objects.filter(pk=shop.pk).update(updated_at=timezone.now() - timedelta(days=2))
    ArchiveState.objects.update(percent=77)
    count()
    assert ArchiveState.objects.get().percent == 77
    count(whole=True)
    assert ArchiveState.objects.get().percent != 77


def test_sums_stand_at_every_level_above(cast: Cast, regions: None) -> None:
    customer(cast, "街道店", region="420103001", visit_grade="A")
    customer(cast, "江汉店", longitude=114.3, latitude=30.6)
    customer(cast, "无主店", region=HUANGMEI, owner=None)
    customer(cast, "无区域店", region=None)
    count()
    found = {
        code: queries.total(kinds.values())
        for code, kinds in queries.sums_of(["", "0", "42", "4201", JIANGHAN, "420103001"]).items()
    }
    assert {code: sums.customers for code, sums in found.items()} == {
        "": 4, "0": 1, "42": 3, "4201": 2, JIANGHAN: 2, "420103001": 1,
    }  # fmt: skip
    assert (found["42"].owned, found["42"].graded, found["42"].placed) == (2, 1, 1)
    count()
    assert sum(ArchiveCount.objects.filter(region="").values_list("customers", flat=True)) == 4


def test_only_one_count_at_a_time(cast: Cast) -> None:
    assert counting.start_count(by=None) is not None
    assert counting.start_count(by=None) is None


def test_figures_are_stale_only_after_a_change(cast: Cast, regions: None) -> None:
    assert not counting.is_stale(None)
    shop = customer(cast, "新华")
    assert counting.is_stale(None)
    job = count()
    assert not counting.is_stale(job)
    Job.objects.filter(pk=job.pk).update(
        started_at=timezone.now() - timedelta(hours=1), finished_at=timezone.now() - timedelta(minutes=30)
    )
    Customer.objects.update(updated_at=timezone.now() - timedelta(hours=2))
    assert not counting.is_stale(counting.last_count())
    confirm_group(shop, "basics", by=cast.rep)
    assert counting.is_stale(counting.last_count())


def test_a_long_count_goes_on_where_it_was(
    cast: Cast, regions: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        customer(cast, f"店{number}")
    monkeypatch.setattr(counting, "SLICE", 2)
    settings.JOB_SLICE_SECONDS = -1
    job = counting.start_count(by=None)
    assert job is not None
    steps = 0
    while jobs.run_step(job.pk) != Job.Status.DONE:
        steps += 1
    assert steps == 3 and ArchiveState.objects.count() == 5


# Areas ------------------------------------------------------------------------------------------


def test_counts_are_within_reach_and_completeness_is_the_companys(cast: Cast, regions: None) -> None:
    customer(cast, "甲")
    customer(cast, "乙", owner=cast.other_rep)
    count()
    mine = queries.area(JIANGHAN, cast.rep)
    whole = queries.area(JIANGHAN, cast.director)
    assert (mine.sums.customers, whole.sums.customers) == (1, 2)
    assert mine.percent == whole.percent > 0


def test_what_stands_at_the_city_counts_for_its_districts(cast: Cast, regions: None) -> None:
    customer(cast, "市市场监管局", region="4201", kind=Kind.PUBLIC, phone="12315")
    customer(cast, "武汉晚报", region="4211", kind=Kind.PUBLIC)
    customer(cast, "零售商", region="4201")
    count()
    here = queries.area(JIANGHAN, cast.director)
    assert [line.sums.customers for line in here.archives] == [0, 0, 0, 0, 1]
    assert queries.area("4201", cast.director).archives[4].sums.customers == 1


def test_queries_do_not_grow_with_areas(cast: Cast, regions: None) -> None:
    customer(cast, "甲")
    count()
    with CaptureQueriesContext(connection) as one:
        queries.area(JIANGHAN, cast.director)
    with CaptureQueriesContext(connection) as many:
        queries.areas_below("4201", cast.director)
    assert len(one) == len(many) <= 4


def test_an_area_opens_when_complete_or_by_exception(cast: Cast, regions: None) -> None:
    region = Region.objects.get(pk=JIANGHAN)
    with pytest.raises(ValidationError, match="60% are needed"):
        services.open_area(region, by=cast.manager, reason="  ")
    plan = services.open_area(region, by=cast.manager, reason="厂家\u202e要求\x07国庆前进场")
    assert (plan.opened_by, plan.exception, plan.completeness_then) == (cast.manager, "厂家要求国庆前进场", 0)
    assert audit.history(plan)[0].action == "open_area"
    with pytest.raises(ValidationError, match="open already"):
        services.open_area(region, by=cast.manager, reason="再开一次")
    assert services.close_area(region, by=cast.manager).opened_on is None
    with pytest.raises(ValidationError, match="not open"):
        services.close_area(region, by=cast.manager)
    services.plan_area(region, by=cast.manager, completeness_needed=0)
    opened = services.open_area(region, by=cast.manager, reason="不再需要理由")
    assert (opened.exception, opened.opened_on) == ("", timezone.localdate())
    assert [entry.action for entry in audit.history(opened)] == [
        "open_area",
        "change",
        "close_area",
        "open_area",
    ]


def test_a_plan_is_not_written_over_unseen(cast: Cast, regions: None) -> None:
    region = Region.objects.get(pk=JIANGHAN)
    plan = services.plan_area(region, by=cast.manager, version=0, opening_order=2)
    services.plan_area(region, by=cast.manager, version=plan.version, opening_order=1)
    with pytest.raises(services.PlanChangedElsewhere):
        services.plan_area(region, by=cast.manager, version=0, opening_order=3)
    assert AreaPlan.objects.get().opening_order == 1


def test_opening_order(cast: Cast, regions: None) -> None:
    for code, order in ((WUCHANG, 2), (JIANGHAN, 1), (HUANGMEI, None)):
        services.plan_area(Region.objects.get(pk=code), by=cast.manager, opening_order=order)
    services.open_area(Region.objects.get(pk=JIANGHAN), by=cast.manager, reason="样板区")
    assert [area.code for area in queries.opening_list(cast.director)] == [WUCHANG, JIANGHAN]


# Doors ------------------------------------------------------------------------------------------


def test_browse_plan_open_close(cast: Cast, client_of: ClientOf, regions: None) -> None:
    customer(cast, "甲")
    count()
    client = client_of(cast.manager)
    page = client.get(reverse("customers:areas")).content.decode()
    assert "Hubei" in page and "Show 30 more" in page
    assert "Jianghan District" in client.get(reverse("customers:area", args=["4201"])).content.decode()
    answer = client.post(reverse("customers:plan_area", args=[JIANGHAN]), {"level_sought": "county", "opening_order": "3", "completeness_needed": "101", "version": "0"})  # fmt: skip
    assert answer.status_code == 422 and "100" in answer.content.decode()
    answer = client.post(reverse("customers:plan_area", args=[JIANGHAN]), {"level_sought": "county", "opening_order": "3", "completeness_needed": "80", "version": "0"})  # fmt: skip
    assert answer.status_code == 302
    assert client.post(reverse("customers:open_area", args=[JIANGHAN]), {"reason": ""}).status_code == 422
    assert (
        client.post(reverse("customers:open_area", args=[JIANGHAN]), {"reason": "长" * 301}).status_code
        == 422
    )
    client.post(reverse("customers:open_area", args=[JIANGHAN]), {"reason": "样板区"})
    page = client.get(reverse("customers:area", args=[JIANGHAN])).content.decode()
    assert "样板区" in page and "Open for selling" in page and "Area opened" in page and "Subdistrict" in page
    client.post(reverse("customers:close_area", args=[JIANGHAN]))
    assert AreaPlan.objects.get().opened_on is None


def test_who_may_not_open_areas_is_told(cast: Cast, client_of: ClientOf, regions: None) -> None:
    for name in ("plan_area", "open_area"):
        assert client_of(cast.rep).get(reverse(f"customers:{name}", args=[JIANGHAN])).status_code == 403
    assert client_of(cast.rep).post(reverse("customers:close_area", args=[JIANGHAN])).status_code == 403
    assert client_of(cast.manager).get(reverse("customers:area", args=["999999"])).status_code == 404


def test_export_and_print(cast: Cast, client_of: ClientOf, regions: None) -> None:
    customer(cast, "甲")
    count()
    answer = client_of(cast.rep).get(reverse("customers:area_export", args=["4201"]), {"format": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Region code,Region,") and "420103,Jianghan District" in text
    for name in ("areas", "area_order", "archives"):
        assert client_of(cast.rep).get(reverse(f"customers:{name}"), {"print": "1"}).status_code == 200
    assert client_of(cast.read_only).get(reverse("customers:areas_export")).status_code == 403


def test_archives_show_completeness_and_age(cast: Cast, client_of: ClientOf, regions: None) -> None:
    shop = customer(cast, "甲")
    customer(cast, "乙", kind=Kind.RIVAL, owner=cast.other_rep)
    confirm_group(shop, "basics", by=cast.rep)
    CardConfirmation.objects.update(at=timezone.now() - timedelta(days=9))
    count()
    page = client_of(cast.director).get(reverse("customers:archives")).content.decode()
    assert "9 days ago" in page and "Not begun" in page and "赵磊" in page
    assert "赵磊" not in client_of(cast.rep).get(reverse("customers:archives")).content.decode()
    page = client_of(cast.director).get(reverse("customers:archives"), {"region": HUANGMEI}).content.decode()
    assert "9 days ago" not in page


def test_a_page_counts_by_itself(cast: Cast, client_of: ClientOf, regions: None) -> None:
    customer(cast, "甲")
    client = client_of(cast.rep)
    assert "hx-post" in client.get(reverse("customers:areas")).content.decode()
    answer = client.post(reverse("customers:count_archives"), headers={"hx-request": "true"})
    assert answer.status_code == 200 and "Counting" in answer.content.decode()
    job = counting.running()
    assert job is not None
    jobs.run_step(job.pk)
    answer = client.get(reverse("customers:archives_counted"), headers={"hx-request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_the_list_shows_and_filters_completeness_and_confirmation(
    cast: Cast, client_of: ClientOf, regions: None
) -> None:
    old, never = customer(cast, "旧确认"), customer(cast, "未确认", kind=Kind.DEALER)
    confirm_group(old, "basics", by=cast.rep)
    CardConfirmation.objects.update(at=timezone.now() - timedelta(days=200))
    count()
    client = client_of(cast.director)

    def names(**query: Any) -> set[str]:
        text = client.get(reverse("customers:list"), query).content.decode()
        return {one.name for one in (old, never) if f">{one.name}<" in text}

    assert names(confirmed="180") == {"旧确认"}
    assert names(confirmed="365") == set()
    assert names(confirmed="none") == {"未确认"}
    assert names(complete=["0", "30"]) == {"旧确认", "未确认"}
    assert names(complete="80") == set()
    page = client.get(
        reverse("customers:list"), {"kind": "dealer", "cols": ["dealer_tier", "complete"]}
    ).content.decode()
    assert (
        'aria-current="page">Dealers</a>' in page
        and f"{ArchiveState.objects.get(customer=never).percent}%" in page
    )
    text = b"".join(client.get(reverse("customers:export"), {"format": "csv"})).decode("utf-8-sig")
    assert (
        "Last confirmed" in text.splitlines()[0] and str(timezone.localdate() - timedelta(days=200)) in text
    )


def test_the_list_and_the_api_narrow_by_any_level_of_region(
    cast: Cast, client_of: ClientOf, regions: None
) -> None:
    customer(cast, "街道店", region="420103001")
    customer(cast, "江汉店")
    customer(cast, "黄梅店", region=HUANGMEI)
    customer(cast, "无区域店", region=None)
    client = client_of(cast.director)
    bearer = {"authorization": f"Bearer {issue_api_token(cast.director, by=cast.director)}"}
    expected = {"42": 3, "4201": 2, JIANGHAN: 2, "420103001": 1, "11": 0}
    for code, number in expected.items():
        assert (
            f"{number} customer" in client.get(reverse("customers:count"), {"region": code}).content.decode()
        )
        answer = client.get("/api/customers", {"region": code}, headers=bearer)
        assert len(answer.json()["items"]) == number
    page = client.get(reverse("customers:list"), {"region": "4201"}).content.decode()
    assert "Wuhan" in page and ">黄梅店<" not in page
    menu = client.get(reverse("customers:choices"), {"region": "4201"}).content.decode()
    assert 'value="4201" checked' in menu
    everything = client.get(reverse("customers:count"), {"region": ["9999", "²", "x"]}).content.decode()
    assert "4 customers" in everything
