"""Published dates of the lunar calendar and birthdays kept in both calendars."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from furrow.contacts import birthdays, lunar
from furrow.contacts.birthdays import Birthday, Calendar, NoBirthday
from furrow.contacts.lunar import LunarDay

# Spring Festival as published by the Hong Kong Observatory.
NEW_YEARS = {
    1901: (2, 19), 1917: (1, 23), 1954: (2, 3), 1976: (1, 31), 1985: (2, 20), 2000: (2, 5), 2023: (1, 22), 2024: (2, 10),
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2030: (2, 3), 2033: (1, 31), 2034: (2, 19), 2100: (2, 9),
}  # fmt: skip
LEAP_MONTHS = {
    1917: 2,
    1922: 5,
    1984: 10,
    1987: 6,
    2020: 4,
    2023: 2,
    2025: 6,
    2028: 5,
    2033: 11,
    2024: 0,
    2026: 0,
}


@pytest.mark.parametrize(("year", "day"), NEW_YEARS.items())
def test_spring_festival(year: int, day: tuple[int, int]) -> None:
    assert lunar.to_solar(LunarDay(year, 1, 1)) == date(year, *day)
    assert lunar.to_lunar(date(year, *day)) == LunarDay(year, 1, 1)


@pytest.mark.parametrize(("year", "month"), LEAP_MONTHS.items())
def test_leap_months(year: int, month: int) -> None:
    assert lunar.leap_month(year) == month


def test_festivals_of_known_years() -> None:
    assert lunar.to_solar(LunarDay(2025, 8, 15)) == date(2025, 10, 6)  # Mid-Autumn 2025, after leap month 6
    assert lunar.to_solar(LunarDay(2026, 5, 5)) == date(2026, 6, 19)  # Dragon Boat 2026
    assert lunar.to_solar(LunarDay(2020, 4, 1, leap=True)) == date(2020, 5, 23)
    assert lunar.to_lunar(date(2033, 12, 22)) == LunarDay(2033, 11, 1, leap=True)


def test_every_day_of_the_table_goes_there_and_back() -> None:
    day, last = date(1901, 2, 19), None
    while day <= date(2101, 1, 28):
        there = lunar.to_lunar(day)
        assert lunar.to_solar(there) == day
        assert there != last
        day, last = day + timedelta(1), there


@pytest.mark.parametrize("day", [date(1901, 2, 18), date(2101, 1, 29), date.min, date.max])
def test_days_outside_the_table_are_refused(day: date) -> None:
    with pytest.raises(ValueError):
        lunar.to_lunar(day)


@pytest.mark.parametrize(
    ("birthday", "today", "expected"),
    [
        (Birthday(Calendar.SOLAR, 5, 12, 1980), date(2026, 5, 12), date(2026, 5, 12)),
        (Birthday(Calendar.SOLAR, 5, 12), date(2026, 5, 13), date(2027, 5, 12)),
        (Birthday(Calendar.SOLAR, 2, 29, 1988), date(2026, 1, 1), date(2026, 2, 28)),
        (Birthday(Calendar.SOLAR, 2, 29), date(2028, 1, 1), date(2028, 2, 29)),
        (Birthday(Calendar.LUNAR, 8, 15), date(2026, 1, 1), date(2026, 9, 25)),
        (Birthday(Calendar.LUNAR, 12, 30), date(2027, 1, 1), date(2027, 2, 5)),  # lunar 2026 ends on 12-29
        (
            Birthday(Calendar.LUNAR, 6, 3, leap=True),
            date(2025, 7, 1),
            date(2025, 7, 27),
        ),  # in the leap month of 2025
        (
            Birthday(Calendar.LUNAR, 6, 3, leap=True),
            date(2026, 1, 1),
            date(2026, 7, 16),
        ),  # without one: month 6
        (
            Birthday(Calendar.LUNAR, 6, 3),
            date(2025, 6, 1),
            date(2025, 6, 27),
        ),  # born in the plain month: the first one
    ],
)
def test_next_birthday(birthday: Birthday, today: date, expected: date) -> None:
    birthday.check(today)
    assert birthday.next_on(today) == expected


def test_next_lunar_birthday_beyond_the_table_is_unknown() -> None:
    assert Birthday(Calendar.LUNAR, 1, 1).next_on(date(2101, 2, 5)) is None


def test_the_window_names_every_day_on_which_a_birthday_is_kept() -> None:
    """What the query looks for must hold whatever next_on finds, for every kind of day over five years."""
    kinds = [
        Birthday(calendar, month, day, leap=leap)
        for calendar, leap in ((Calendar.SOLAR, False), (Calendar.LUNAR, False), (Calendar.LUNAR, True))
        for month in range(1, 13)
        for day in (1, 15, 28, 29, 30)
        if calendar == Calendar.LUNAR or not (month == 2 and day == 30)
    ]
    first = date(2025, 1, 1)
    for birthday in kinds:
        day = first
        while day < date(2030, 1, 1):
            kept = birthday.next_on(day)
            assert kept is not None
            keys = {(calendar, month, number) for calendar, month, number, _leap in birthdays.kept_on(kept)}
            assert (birthday.calendar, birthday.month, birthday.day) in keys, (birthday, kept)
            day = kept + timedelta(1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1980-05-12", Birthday("solar", 5, 12, 1980)),
        ("1980年5月12日", Birthday("solar", 5, 12, 1980)),
        ("19800512", Birthday("solar", 5, 12, 1980)),
        ("1980-05-12T00:00:00", Birthday("solar", 5, 12, 1980)),
        ("--0512", Birthday("solar", 5, 12)),
        ("05-12", Birthday("solar", 5, 12)),
        ("农历八月十五", Birthday("lunar", 8, 15)),
        ("八月十五", Birthday("lunar", 8, 15)),
        ("农历1975年闰四月初三", Birthday("lunar", 4, 3, 1975, leap=True)),
        ("农历 8-15", Birthday("lunar", 8, 15)),
        ("农历腊月廿三", Birthday("lunar", 12, 23)),
        ("正月三十", Birthday("lunar", 1, 30)),
        ("", None),
    ],
)
def test_birthdays_as_people_write_them(text: str, expected: Birthday | None) -> None:
    assert birthdays.parse(text) == expected
    if expected is not None:
        assert birthdays.parse(expected.written()) == expected


@pytest.mark.parametrize(
    "text", ["tomorrow", "1980-5", "²", "٣-٤", "八月卅九", "🎂", "1" * 5000, "12-12-12-12", "\u202e05-12x"]
)
def test_what_is_no_birthday(text: str) -> None:
    with pytest.raises(NoBirthday):
        birthdays.parse(text)


@pytest.mark.parametrize(
    "birthday",
    [
        Birthday("solar", 2, 30),
        Birthday("solar", 2, 29, 2023),
        Birthday("solar", 13, 1),
        Birthday("solar", 0, 1),
        Birthday("solar", 4, 31),
        Birthday("solar", 5, 12, leap=True),
        Birthday("solar", 11, 25, 2026),  # tomorrow
        Birthday("solar", 1, 1, 1900),
        Birthday("solar", 1, 1, 2999),
        Birthday("lunar", 8, 31),
        Birthday("lunar", 4, 1, 2024, leap=True),  # 2024 has no leap month
        Birthday("lunar", 5, 1, 2020, leap=True),  # 2020 has leap month 4
        Birthday("lunar", 12, 30, 2025),  # that month has 29 days
        Birthday("lunar", 11, 1, 2026),  # begins on 9 December 2026
    ],
)
def test_birthdays_that_do_not_exist_or_are_to_come(birthday: Birthday) -> None:
    with pytest.raises(NoBirthday):
        birthday.check(date(2026, 11, 24))
