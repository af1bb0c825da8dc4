"""The marks, the wording of figures, form fields and messages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from furrow.kit import figures, marks
from furrow.kit.messages import ROOMS, compile_all


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("write", "value", "chinese", "english"),
    [
        (figures.day, date(2026, 11, 21), "2026-11-21", "2026-11-21"),
        (figures.day_words, date(2019, 11, 21), "2019年11月21日", "21 November 2019"),
        (figures.weekday, date(2026, 11, 21), "周六", "Sat"),
        (figures.clock, time(9, 5), "09:05", "09:05"),
        (figures.clock, 605, "10:05", "10:05"),
        (figures.minutes_words, 45, "45 分钟", "45 min"),
        (figures.minutes_words, 426, "7.1 小时", "7.1 h"),
        (figures.km, 12.34, "12.3 公里", "12.3 km"),
        (figures.thousands, -12340, "−12,340", "−12,340"),
        (figures.money, Decimal("-200"), "−¥200.00", "−¥200.00"),
        (figures.money, Decimal("12340.505"), "¥12,340.51", "¥12,340.51"),
        (figures.percent, 0.865, "86.5%", "86.5%"),
        (figures.percent, 1, "100%", "100%"),
        (figures.change, 0.082, "+8.2%", "+8.2%"),
        (figures.change, -0.18, "−18%", "−18%"),
        (figures.number, 0, "0", "0"),
        (figures.km, None, "—", "—"),
        (figures.minutes_words, "", "—", "—"),
    ],
)
def test_figures_read_as_the_house_writes_them(write, value, chinese, english):
    with translation.override("zh-hans"):
        assert write(value) == chinese
    assert write(value) == english


def test_moment_is_shown_in_the_company_zone():
    assert figures.moment(datetime(2026, 11, 21, 20, 14, tzinfo=UTC)) == "2026-11-22 04:14"


def test_day_of_this_year_has_its_weekday(monkeypatch):
    monkeypatch.setattr(figures.timezone, "localdate", lambda: date(2026, 11, 1))
    assert figures.day_words(date(2026, 11, 21)) == "Sat 21 Nov"
    assert figures.short_day(date(2026, 11, 21)) == "11-21"
    assert figures.short_day(date(2025, 11, 21)) == "2025-11-21"
    with translation.override("zh-hans"):
        assert figures.day_words(date(2026, 11, 21)) == "11月21日（周六）"


def test_ago(monkeypatch):
    monkeypatch.setattr(figures.timezone, "now", lambda: datetime(2026, 11, 21, 6, 0, tzinfo=UTC))
    monkeypatch.setattr(figures.timezone, "localdate", lambda: date(2026, 11, 21))
    assert figures.ago(datetime(2026, 11, 21, 5, 59, 30, tzinfo=UTC)) == "Just now"
    assert figures.ago(datetime(2026, 11, 21, 5, 59, tzinfo=UTC)) == "1 minute ago"
    assert figures.ago(datetime(2026, 11, 20, 6, 5, tzinfo=UTC)) == "Yesterday 14:05"
    assert figures.ago(datetime(2026, 11, 1, 6, 5, tzinfo=UTC)) == "2026-11-01"


def test_unknown_icon_is_an_error():
    with pytest.raises(LookupError):
        render('{% icon "no-such-icon" %}')
    with pytest.raises(LookupError):
        marks.icon("../users")


def test_every_icon_named_in_a_template_exists():
    named = {
        name
        for path in ROOMS.glob("*/templates/**/*.html")
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }
    assert named
    for name in sorted(named):
        assert "<path" in marks.icon(name)


def test_icon_is_hidden_unless_labelled():
    assert 'aria-hidden="true"' in marks.icon("users", 18)
    assert 'role="img" aria-label="People"' in marks.icon("users", 18, "People")


def test_marks_escape_what_people_wrote():
    assert "&lt;b&gt;" in render("{% tag text %}", text="<b>")
    assert "&lt;b&gt;" in marks.facts("<b>", "", None, "ok")
    assert marks.facts("a", "b").count("fr-dot") == 1


def test_grade_is_letter_shape_and_words():
    assert render('{% grade "B" size="sm" %}') == '<span class="fr-grade b sm" title="Grade B">B</span>'
    assert 'class="fr-grade none ' in render("{% grade nothing %}")


def test_seg_shares_the_room_left_by_the_gaps():
    drawn = re.findall(r'x="([\d.]+)" width="([\d.]+)"', marks.seg([("1", 3), ("2", 0), ("d", 1)]))
    assert drawn == [("0.00", "74.70"), ("75.10", "24.90")]  # 99.6 units, one gap of 0.4
    with pytest.raises(ValueError, match="filled"):
        marks.seg([("green", 1)])


def test_ring_shows_the_share_of_its_round():
    assert 'stroke-dasharray="67.5 135.1"' in marks.ring(50)  # 2 × π × 21.5 = 135.1
    assert "86" in render("{% ring 86 %}")


def test_due_is_money_and_nothing_owed_a_dash():
    assert "¥8,640.00" in marks.due(Decimal(8640))
    assert "fr-due" not in marks.due(Decimal(0))


class Phone(forms.Form):
    number = forms.CharField(help_text="11 digits")
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


def test_field_ties_help_and_errors_to_the_input():
    fresh = render("{% form_fields form %}", form=Phone())
    assert 'aria-describedby="id_number_note"' in fresh
    assert '<small id="id_number_note">11 digits</small>' in fresh
    assert fresh.count("<em>optional</em>") == 1
    wrong = render("{% field form.number %}", form=Phone({"note": "kept"}))
    assert 'aria-invalid="true"' in wrong
    assert "This field is required" in wrong
    assert "11 digits" not in wrong
    assert 'value="kept"' in render("{% field form.note %}", form=Phone({"note": "kept"}))


def test_group_of_choices_is_a_fieldset_with_its_name():
    drawn = render("{% field form.kind %}", form=Phone())
    assert "<fieldset" in drawn
    assert "<legend>Kind</legend>" in drawn


def test_translations_are_compiled_only_when_older(tmp_path: Path):
    folder = tmp_path / "room/locale/zh_Hans/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Visit"\nmsgstr "拜访"\n'
    )
    assert compile_all(tmp_path) == [folder / "django.mo"]
    assert "拜访".encode() in (folder / "django.mo").read_bytes()
    assert compile_all(tmp_path) == []
