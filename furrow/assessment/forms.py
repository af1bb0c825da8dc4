"""What comes in from the grading pages: a filled-in scorecard, and grades for many."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from furrow.assessment.cards import WHY, Answer, Card, Criterion, Factor, Kind, Method
from furrow.assessment.facts import fact_answer, unfilled
from furrow.assessment.rules import NO, UNKNOWN, YES, figure_of
from furrow.assessment.services import GRADES, Grading
from furrow.kit.facts import Fact
from furrow.kit.figures import number, percent

EVIDENCE_LENGTH = 500
WHY_LENGTH = 200
POINTS = (1, 2, 3, 4, 5)
Facts = Mapping[str, Fact]  # fact -> what the books say of this customer


@dataclass(frozen=True)
class Choice:
    """One answer to tick: its value, the short text on the button and what it means."""

    value: str
    short: str
    meaning: str


@dataclass(frozen=True)
class Question:
    """One criterion as the form shows it: the name of its field, what is answered now, what can be, and what the books say."""

    criterion: Criterion
    field: str
    value: str
    choices: list[Choice]
    fact: Fact | None
    known_fact: bool
    errors: list[str]
    why_field: str = ""
    why: str = ""
    closed: bool = False  # the reader may not see the figure

    @property
    def meaning(self) -> str:
        return next((one.meaning for one in self.choices if one.value == self.value), "")

    @property
    def is_computed(self) -> bool:
        return self.criterion.kind is Kind.COMPUTED

    @property
    def is_number(self) -> bool:
        return self.criterion.kind is Kind.NUMBER

    @property
    def fact_text(self) -> str:
        """What the books say, in words."""
        if self.fact is None:
            return ""
        if self.closed:
            return _("Known and counted; the figure is for those who may see costs")
        level = self.criterion.by_code.get(str(self.fact.value))
        if level:
            return str(self.criterion.levels[level - 1])
        unit = str(self.criterion.unit)
        if unit == "%":
            return percent(self.fact.value)
        return f"{number(self.fact.value, 2).removesuffix('.00')} {unit}".strip()


class CardForm(forms.Form):
    """A scorecard: a field for every criterion by its kind, and the evidence. What the books fill in is no field."""

    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        required=False,
        max_length=EVIDENCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What the points rest on: what was seen, whose figures"),
    )

    def __init__(
        self, *args: Any, card: Card, facts: Facts | None = None, closed: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.card, self.facts, self.closed = card, facts or {}, closed
        for criterion in card.criteria():
            if criterion.kind is not Kind.COMPUTED:
                self.fields[f"points_{criterion.code}"] = _field(criterion)
                if card.subject == "customer":
                    self.fields[f"why_{criterion.code}"] = forms.CharField(
                        label=str(criterion.name), required=False, max_length=WHY_LENGTH
                    )
        for note in card.notes:
            self.fields[f"note_{note.code}"] = forms.CharField(
                label=str(note.name),
                required=False,
                max_length=EVIDENCE_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def note_fields(self) -> list[Any]:
        """The card's questions in words, bound."""
        return [self[f"note_{note.code}"] for note in self.card.notes]

    def notes(self) -> dict[str, str]:
        """What was answered in words, of a valid form: the card's questions, and what single points rest on."""
        given = {note.code: self.cleaned_data[f"note_{note.code}"].strip() for note in self.card.notes}
        for criterion in self.card.criteria():
            given[f"{WHY}{criterion.code}"] = self.cleaned_data.get(f"why_{criterion.code}", "").strip()
        return {code: text for code, text in given.items() if text}

    def answers(self) -> dict[str, Answer]:
        """Answers by criterion, of a valid form, with what the books say."""
        found: dict[str, Answer] = {}
        for criterion in self.card.criteria():
            if criterion.kind is Kind.COMPUTED:
                fact = self.facts.get(criterion.fact)
                found[criterion.code] = fact_answer(criterion, fact) if fact else None
            else:
                found[criterion.code] = self.cleaned_data[f"points_{criterion.code}"]
        return found

    def used_facts(self) -> dict[str, Fact]:
        """What the books said of the card's criteria."""
        named = {criterion.fact for criterion in self.card.criteria()}
        return {code: fact for code, fact in self.facts.items() if code in named}

    def groups(self) -> Iterator[tuple[Factor, list[Question]]]:
        """The card's factors with their questions, for the page."""
        for factor in self.card.factors:
            yield factor, [self._question(criterion) for criterion in factor.criteria]

    def _question(self, criterion: Criterion) -> Question:
        name = f"points_{criterion.code}"
        fact = self.facts.get(criterion.fact) if criterion.fact else None
        known = bool(criterion.fact) and not unfilled([criterion.fact])
        if criterion.kind is Kind.COMPUTED:
            return Question(criterion, name, "", [], fact, known, [], closed=criterion.fact in self.closed)
        bound = self[name]
        value = bound.value()
        shown = "" if value is None else str(value)
        why = self[f"why_{criterion.code}"] if f"why_{criterion.code}" in self.fields else None
        return Question(
            criterion,
            bound.html_name,
            shown,
            choices_of(criterion),
            fact,
            known,
            [str(error) for error in [*bound.errors, *(why.errors if why else ())]],
            why.html_name if why else "",
            (why.value() or "") if why else "",
        )


def choices_of(criterion: Criterion) -> list[Choice]:
    """What can be ticked."""
    if criterion.kind is Kind.YES_NO:
        return [
            Choice(YES, pgettext("answer", "Yes"), str(criterion.hint)),
            Choice(UNKNOWN, pgettext("answer", "Unknown"), _("Not known yet")),
            Choice(NO, pgettext("answer", "No"), ""),
        ]
    return [Choice(str(n), str(n), str(level)) for n, level in enumerate(criterion.levels, 1)]


def _field(criterion: Criterion) -> forms.Field:
    if criterion.kind is Kind.NUMBER:
        return FigureField(label=str(criterion.name), required=False, max_length=20)
    if criterion.kind is Kind.YES_NO:
        options = [("", ""), *((one.value, one.short) for one in choices_of(criterion))]
        return forms.TypedChoiceField(
            label=str(criterion.name), choices=options, coerce=str, empty_value=None, required=False
        )
    options = [("", ""), *((one.value, one.short) for one in choices_of(criterion))]
    return forms.TypedChoiceField(
        label=str(criterion.name), choices=options, coerce=int, empty_value=None, required=False
    )


class FigureField(forms.CharField):
    """A figure with thousands commas or without, kept exactly as text."""

    def clean(self, value: Any) -> str | None:
        text = unicodedata.normalize("NFKC", super().clean(value) or "").replace(",", "").strip()
        if not text:
            return None
        if figure_of(text) is None:
            raise forms.ValidationError(_("Not a number: write digits only, for example 12000"))
        return text


@dataclass(frozen=True)
class GridRow:
    """One customer of the bulk page with what was picked for it."""

    customer: Any
    importance: str
    growth: str
    grade: str


class GradesForm(forms.Form):
    """Grades for many: one for all, or for each row importance and growth as a whole (1 to 5), or a grade; and the reason."""

    grade = forms.ChoiceField(
        label=gettext_lazy("Grade for all"),
        required=False,
        choices=[("", pgettext_lazy("grade for all", "None")), *((letter, letter) for letter in GRADES)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=pgettext_lazy("grade", "Reason"),
        max_length=EVIDENCE_LENGTH,
        error_messages={"required": gettext_lazy("Say why, so that others can follow it")},
        help_text=gettext_lazy("Example: sales of last year"),
    )

    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = card

    @property
    def has_matrix(self) -> bool:
        """Whether importance and growth make the grade; a company may have turned the card to another method."""
        return self.card.method is Method.MATRIX

    def rows(self, customers: Iterable[Any]) -> list[GridRow]:
        """What was picked for each customer; text that is no choice counts as nothing picked."""
        return [self._row(customer) for customer in customers]

    def _row(self, customer: Any) -> GridRow:
        points = {str(number) for number in POINTS} if self.has_matrix else set()
        return GridRow(
            customer,
            self._picked(f"importance_{customer.pk}", points),
            self._picked(f"growth_{customer.pk}", points),
            self._picked(f"grade_{customer.pk}", set(GRADES)),
        )

    def _picked(self, name: str, allowed: set[str]) -> str:
        value = self.data.get(name, "") if isinstance(self.data, QueryDict) else ""
        return value if value in allowed else ""

    def gradings(self, rows: Iterable[GridRow]) -> list[Grading]:
        """A row's own grade first, else importance and growth by the card's matrix, else the grade for all, else nothing.

        Adds an error when nothing was picked at all, or a row has only one of importance and growth.
        """
        found = []
        for row in rows:
            if bool(row.importance) != bool(row.growth) and not row.grade:
                self.add_error(
                    None,
                    _("“%(name)s” has only one of importance and growth potential: pick both")
                    % {"name": row.customer},
                )
            elif row.grade:
                found.append(Grading(row.customer.pk, row.grade))
            elif row.importance:
                importance, growth = int(row.importance), int(row.growth)
                grade = self.card.grade(Decimal(importance), Decimal(growth))
                found.append(Grading(row.customer.pk, grade, importance, growth))
            elif self.cleaned_data.get("grade"):
                found.append(Grading(row.customer.pk, self.cleaned_data["grade"]))
        if not found and not self.errors:
            self.add_error(None, _("No grade picked: pick one for all, or one for at least one row"))
        return found
