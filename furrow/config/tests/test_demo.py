"""The demo company at a tenth of its size: what it must show, and that every figure on the pages agrees with the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone, translation

from furrow.assessment.models import Assessment, Source
from furrow.attachments.models import Attachment
from furrow.config.demo import NotEmpty, build_demo, sign_ins
from furrow.config.demo.outlets import areas, in_water, shops
from furrow.config.demo.people import PASSWORD, PEOPLE
from furrow.contacts.catalogue import questions
from furrow.contacts.models import Answer, Consent, Contact
from furrow.customers.card.models import CustomerCard
from furrow.customers.duplicate_models import DuplicatePair
from furrow.customers.models import Customer, Kind
from furrow.kit.figures import day_words
from furrow.kit.places import Region
from furrow.kit.workcalendar import CalendarYear
from furrow.planning.models import PlannedVisit, VisitCycle, VisitPolicy
from furrow.records.models import SavedView
from furrow.team.models import User

OUTLETS = 60


@pytest.mark.django_db
def test_the_demo_company_is_whole(client_of: Callable[[User], Client]) -> None:
    said: list[str] = []
    build_demo(announce=said.append, outlets=OUTLETS, iterations=300)
    _people()
    _customers()
    _archive()
    _plan()
    _pages(client_of)
    assert said[0] == "60 customers"
    assert {year.year for year in CalendarYear.objects.all()} >= {
        timezone.localdate().year,
        timezone.localdate().year + 1,
    }
    assert VisitPolicy.objects.filter(in_use=True).count() == 1 and VisitPolicy.objects.count() == 2
    assert SavedView.objects.filter(shared=True).count() == 2
    with pytest.raises(NotEmpty):
        build_demo(outlets=OUTLETS)


def _people() -> None:
    assert [line.username for line in sign_ins()] == [person.username for person in PEOPLE]
    assert sign_ins()[3].role == "Rep, 汉口组"
    with translation.override("zh-hans"):
        assert sign_ins()[3].role == "业务员，汉口组"
    reps = User.objects.reps()
    assert reps.count() == 6 and all(rep.has_start_point for rep in reps)
    assert all(user.check_password(PASSWORD) for user in User.objects.all()[:2])
    hankou = User.objects.get(username="hankou")
    assert {rep.username for rep in reps.visible_to(hankou)} == {"rep1", "rep2", "rep3"}


def _customers() -> None:
    outlets = Customer.objects.filter(code__lte=f"C-{OUTLETS:06}")  # those of other rooms came after
    assert outlets.count() == OUTLETS
    assert outlets.filter(visit_grade="").count() == OUTLETS // 10
    assert Customer.objects.filter(owner=None).exists() and Customer.objects.filter(longitude=None).exists()
    assert (
        not Customer.objects.exclude(region=None)
        .exclude(region_id__in=Region.objects.values("code"))
        .exists()
    )
    graded = outlets.exclude(visit_grade="")
    rows = Assessment.objects.current("customer_grade").filter(customer__in=outlets)
    made = rows.order_by("source").values_list("source").annotate(Count("pk"))
    assert {source for source, _count in made} == {Source.SCORECARD, Source.MANUAL, Source.IMPORT}
    assert sum(count for _source, count in made) == graded.count()
    assert all(a.grade == a.customer.visit_grade for a in rows.select_related("customer"))
    judged = set(Assessment.objects.filter(is_current=True).values_list("card_code", flat=True))
    assert judged >= {
        "man",
        "four_analyses",
        "credit_5c",
        "class_532",
        "relationship_quarter",
        "yearly_class",
        "region_selection",
    }


def _archive() -> None:
    """Every kind has a card, a dealer of a lower tier stands below one of a higher, sensitive is only what the one asked agreed to, and
    the shops entered twice are found."""
    assert set(Customer.objects.values_list("kind", flat=True)) == set(Kind.values)
    below = Customer.objects.exclude(dealer__parent=None)
    assert below.exists() and all(one.dealer.parent.dealer.tier < one.dealer.tier for one in below)
    assert CustomerCard.objects.count() >= 20 and Contact.objects.filter(birth_calendar="lunar").exists()
    sensitive = [question.code for question in questions().values() if question.is_sensitive]
    told = Answer.objects.filter(question__in=sensitive).values_list("contact", "question")
    assert list(told) == list(Consent.objects.values_list("contact", "question")) and len(told) == 1
    assert DuplicatePair.objects.undecided().count() >= 3
    assert Answer.objects.exists() and Attachment.objects.filter(record="customers").count() == 2
    assert Attachment.objects.filter(record="visits").exists()


def _plan() -> None:
    cycle = VisitCycle.objects.get()
    today = timezone.localdate()
    assert cycle.is_published and cycle.start <= today <= cycle.end and cycle.weeks == 4
    visits = PlannedVisit.objects.filter(plan__cycle=cycle)
    assert (
        visits.count()
        == cycle.figures["visits"]
        == sum(len(plan.published or []) for plan in cycle.plans.all())
    )
    assert cycle.figures["feasible"]  # what the independent checker said
    plans = list(cycle.plans.all())
    assert sum(plan.figures["visits"] for plan in plans) == cycle.figures["visits"]
    assert sum(row[0] for row in cycle.figures["coverage"].values()) == cycle.figures["visits"]
    placed = {visit.customer_id for visit in visits}
    assert Customer.objects.filter(pk__in=placed, longitude=None).count() == 0


def _pages(client_of: Callable[[User], Client]) -> None:
    """What a manager sees is the own team's: visits on the home page, the next ones on a customer's page."""
    hankou = User.objects.get(username="hankou")
    visits = PlannedVisit.objects.visible_to(hankou)
    assert 0 < visits.count() < PlannedVisit.objects.count()
    client = client_of(hankou)
    assert f">{visits.count()}<" in client.get("/").content.decode().replace("\n", "")
    coming = visits.filter(date__gt=timezone.localdate()).order_by("date")[0]
    assert day_words(coming.date) in client.get(f"/customers/{coming.customer_id}/").content.decode()


def test_the_shops_are_the_same_for_a_seed_and_stand_on_land() -> None:
    made = shops(600, 20)
    assert made == shops(600, 20) and made != shops(600, 21)
    assert len({shop.name for shop in made}) > 590
    placed = [(shop.lng, shop.lat) for shop in made if shop.lng is not None and shop.lat is not None]
    assert len(placed) == 590
    assert not any(in_water(lng, lat) for lng, lat in placed)
    assert in_water(114.288, 30.550)  # the Yangtze Bridge
    assert all(region.region.startswith("4201") for region in areas())


@pytest.mark.django_db
def test_no_sign_ins_are_offered_where_the_demo_company_is_not() -> None:
    assert sign_ins() == []
    User.objects.create(username="director", name="别人")
    assert sign_ins() == []
