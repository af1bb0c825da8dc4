import datetime as dt

import pytest
from django.utils.translation import override

from furrow.kit.models import AuditEntry
from furrow.kit.services import clear_work_day, publish_year, seed_calendar, set_work_day
from furrow.kit.workcalendar import CalendarYear, WorkDay, published_workdays, workdays
from furrow.kit.workdays import Workdays, last_day

D = dt.date


def test_weekdays_without_a_calendar() -> None:
    plain = Workdays()
    assert plain.is_working(D(2026, 11, 30))  # Monday
    assert not plain.is_working(D(2026, 12, 5))  # Saturday
    assert plain.unpublished_years(D(2026, 12, 28), D(2027, 1, 24)) == [2026, 2027]


def test_four_weeks_end_on_a_sunday() -> None:
    assert last_day(D(2026, 11, 30), 4) == D(2026, 12, 27)
    assert last_day(D(2026, 12, 3), 1) == D(2026, 12, 6)
    days = Workdays().working_days(D(2026, 12, 3), 2)  # Thursday: 2 days left of the first week
    assert (len(days), days[0], days[-1]) == (7, D(2026, 12, 3), D(2026, 12, 11))
    with pytest.raises(ValueError):
        last_day(D(2026, 12, 3), 0)


# The State Council's calendar of 2026: National Day 1-7 October, worked for on 20 September and 10 October.
def test_national_day_2026() -> None:
    calendar = published_workdays([2026])
    assert calendar.between(D(2026, 9, 28), D(2026, 10, 11)) == [
        D(2026, 9, 28), D(2026, 9, 29), D(2026, 9, 30), D(2026, 10, 8), D(2026, 10, 9), D(2026, 10, 10),
    ]  # fmt: skip
    assert calendar.is_working(D(2026, 9, 20))
    with override("en"):
        assert published_workdays([2026]).name_of(D(2026, 5, 1)) == "Labor Day"
    assert calendar.name_of(D(2026, 6, 1)) == ""


def test_a_year_without_published_calendar_is_said() -> None:
    calendar = published_workdays([2026, 2099])
    assert calendar.unpublished_years(D(2026, 12, 28), D(2099, 1, 3))[-1] == 2099
    assert 2026 not in calendar.unpublished_years(D(2026, 1, 1), D(2099, 1, 3))


@pytest.mark.django_db
def test_seeding_fills_known_years_and_marks_the_others() -> None:
    assert seed_calendar([2026, 2099]) == [2099]
    assert WorkDay.objects.filter(kind="holiday").count() == 33
    assert WorkDay.objects.filter(kind="makeup").count() == 6
    assert CalendarYear.objects.get(year=2026).published
    assert not CalendarYear.objects.get(year=2099).published
    calendar = workdays(D(2026, 1, 1), D(2026, 12, 31))
    assert len(calendar.between(D(2026, 1, 1), D(2026, 12, 31))) == 248  # 261 weekdays - 19 free + 6 made up


@pytest.mark.django_db
def test_people_change_the_calendar_and_seeding_again_leaves_their_days() -> None:
    seed_calendar([2026])
    set_work_day(D(2026, 12, 24), "free", "公司年会", by=None)
    set_work_day(D(2026, 10, 1), "workday", by=None)
    seed_calendar([2026])
    calendar = workdays()
    assert not calendar.is_working(D(2026, 12, 24))
    assert calendar.name_of(D(2026, 12, 24)) == "公司年会"
    assert calendar.is_working(D(2026, 10, 1))
    assert clear_work_day(D(2026, 12, 24), by=None)
    assert not clear_work_day(D(2026, 12, 24), by=None)
    assert workdays().is_working(D(2026, 12, 24))
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "set_work_day", "set_work_day", "clear_work_day",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_year_published_by_people_stays_published() -> None:
    publish_year(2099, "国办发明电〔2098〕1号", by=None)
    assert seed_calendar([2099]) == []
    assert workdays().unpublished_years(D(2099, 1, 1), D(2099, 1, 2)) == []
    with pytest.raises(ValueError):
        set_work_day(D(2099, 1, 1), "party", by=None)
