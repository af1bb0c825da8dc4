"""What comes in from the grading pages: a filled-in scorecard, and grades for many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from furrow.assessment.rules import GRADES, POINTS, Card, Criterion, Factor
from furrow.assessment.services import Grading

EVIDENCE_LENGTH = 500


@dataclass(frozen=True)
class Question:
    """One criterion as the form shows it: the name of its radio group, the points ticked and what they mean."""

    criterion: Criterion
    field: str
    points: str

    @property
    def levels(self) -> list[tuple[str, str]]:
        return [(str(points), str(text)) for points, text in zip(POINTS, self.criterion.levels, strict=True)]

    @property
    def meaning(self) -> str:
        return dict(self.levels).get(self.points, "")


class CardForm(forms.Form):
    """A scorecard: one radio group of 1 to 5 or unknown for every criterion, and the evidence."""

    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        required=False,
        max_length=EVIDENCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What the points rest on: what was seen, whose figures"),
    )

    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = card
        choices = [
            ("", pgettext_lazy("points", "Unknown")),
            *((str(points), str(points)) for points in POINTS),
        ]
        for criterion in card.criteria():
            self.fields[f"points_{criterion.code}"] = forms.TypedChoiceField(
                label=str(criterion.name), choices=choices, coerce=int, empty_value=None, required=False
            )

    def answers(self) -> dict[str, int | None]:
        """The points by criterion, of a valid form."""
        return {
            criterion.code: self.cleaned_data[f"points_{criterion.code}"]
            for criterion in self.card.criteria()
        }

    def groups(self) -> Iterator[tuple[Factor, list[Question]]]:
        """The card's factors with their questions, for the page."""
        for factor in self.card.factors:
            yield factor, [self._question(criterion) for criterion in factor.criteria]

    def _question(self, criterion: Criterion) -> Question:
        bound = self[f"points_{criterion.code}"]
        value = bound.value()
        return Question(criterion, bound.html_name, "" if value is None else str(value))


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

    def rows(self, customers: Iterable[Any]) -> list[GridRow]:
        """What was picked for each customer; text that is no choice counts as nothing picked."""
        return [self._row(customer) for customer in customers]

    def _row(self, customer: Any) -> GridRow:
        points = {str(number) for number in POINTS}
        return GridRow(
            customer,
            self._picked(f"importance_{customer.pk}", points),
            self._picked(f"growth_{customer.pk}", points),
            self._picked(f"grade_{customer.pk}", set(GRADES)),
        )

    def _picked(self, name: str, allowed: set[str]) -> str:
        value = self.data.get(name, "") if isinstance(self.data, QueryDict) else ""
        return value if value in allowed else ""

    def gradings(self, rows: Iterable[GridRow], card: Card) -> list[Grading]:
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
                grade = card.grade(Decimal(importance), Decimal(growth))
                found.append(Grading(row.customer.pk, grade, importance, growth))
            elif self.cleaned_data.get("grade"):
                found.append(Grading(row.customer.pk, self.cleaned_data["grade"]))
        if not found and not self.errors:
            self.add_error(None, _("No grade picked: pick one for all, or one for at least one row"))
        return found
