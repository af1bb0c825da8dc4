"""Parses and validates what comes in about needs, cases and gaps; saving is the services' business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User
from furrow.visits.guide import STAGES, WORDS, Need, Question
from furrow.visits.need_models import NeedCase
from furrow.visits.needs import LONGEST_ANSWER, MOST_QUESTIONS


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, initial=timezone.localdate, widget=widget)


def _text(label: Any, most: int = 1000) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": "2"}))


class CleanForm(forms.Form):
    """Texts without control characters."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in data.items()}

    def checked(self) -> dict[str, Any]:
        """The values. Raises ValidationError with all that is wrong, for pages that tell it in a message."""
        if not self.is_valid():
            raise ValidationError([str(error) for errors in self.errors.values() for error in errors])
        return self.cleaned_data


def sent_id(data: Mapping[str, str]) -> UUID:
    """The id its page gave a form, so that sending it twice keeps one; one of its own for a form without."""
    try:
        return UUID(data.get("sent", ""))
    except ValueError:
        return uuid4()


class AnswersForm(CleanForm):
    """One need's questions; what is left empty was not asked."""

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in need.questions:
            widget = forms.Textarea(attrs={"rows": "1"})
            self.fields[question.code] = forms.CharField(
                label=question.text, required=False, max_length=LONGEST_ANSWER, widget=widget
            )


class QuestionSetForm(CleanForm):
    """The questions of one need, one a row, with empty rows for new ones; a row whose words are taken out goes."""

    name = forms.CharField(label=_("Need"), max_length=40)
    hidden = forms.BooleanField(label=_("Not asked at present"), required=False)

    def __init__(self, *args: Any, questions: tuple[Question, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = questions
        self.places = range(MOST_QUESTIONS if self.is_bound else min(MOST_QUESTIONS, len(questions) + 3))
        for place in self.places:
            one = questions[place] if place < len(questions) else None
            stage = forms.ChoiceField(label=_("Stage"), choices=list(STAGES.items()), required=False)
            word = forms.ChoiceField(label=_("Kind of question"), choices=list(WORDS.items()), required=False)
            text = forms.CharField(label=_("Question"), max_length=200, required=False)
            if one is not None:
                stage.initial, word.initial, text.initial = one.stage, one.word, str(one.text)
            self.fields |= {f"stage_{place}": stage, f"word_{place}": word, f"text_{place}": text}

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Stage, kind and words of each place."""
        return [(self[f"stage_{at}"], self[f"word_{at}"], self[f"text_{at}"]) for at in self.places]

    def questions(self, code: str) -> list[Question]:
        """Those that have words; a question that was there keeps its code."""
        data, made = self.cleaned_data, []
        for place in self.places:
            text = " ".join(data.get(f"text_{place}", "").split())
            if not text:
                continue
            key = self.known[place].code if place < len(self.known) else f"{code or 'own'}_{uuid4().hex[:8]}"
            stage, word = data.get(f"stage_{place}"), data.get(f"word_{place}")
            made.append(Question(key, stage or "open", word or "what", text))
        return made


class ExamineForm(CleanForm):
    """A new case."""

    need = forms.ChoiceField(label=_("Need"))
    findings = _text(_("What was found"))
    examined_on = _day(_("Examined on"))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: User, guide: tuple[Need, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.line_within_reach(user)
        owner.initial = user.pk
        need: Any = self.fields["need"]
        need.choices = [(one.code, one.label) for one in guide]


class DiagnoseForm(CleanForm):
    """What it comes from."""

    diagnosis = _text(_("Diagnosis"))
    diagnosed_on = _day(_("Diagnosed on"))


class PrescribeForm(CleanForm):
    """What we recommend."""

    prescription = _text(_("Prescription"))
    prescribed_on = _day(_("Prescribed on"))
    act_on = _day(_("To be done by"))


class CloseForm(CleanForm):
    """What came of it."""

    outcome = forms.CharField(label=_("Outcome"), max_length=300)
    closed_on = _day(_("Closed on"))


class GapForm(forms.Form):
    """Who closes a gap and by when."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    due = _day(_("To be done by"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.line_within_reach(user)


STAGE_FORMS: dict[str, type[CleanForm]] = {
    "diagnose": DiagnoseForm,
    "prescribe": PrescribeForm,
    "close": CloseForm,
}


def next_forms(case: NeedCase) -> list[tuple[str, CleanForm]]:
    """What can be done to a case as it stands: name of the act and its form."""
    if case.closed_on:
        return []
    act = "diagnose" if not case.diagnosed_on else "prescribe" if not case.prescribed_on else None
    names = [act, "close"] if act else ["close"]
    return [(name, STAGE_FORMS[name](prefix=f"{name}{case.pk}")) for name in names if name]
