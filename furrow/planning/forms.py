"""Forms of planning: a new plan, the visit policy, moving visits, the work calendar. Forms never save."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.customers.models import ChannelType
from furrow.kit.workcalendar import DayKind
from furrow.planning.free import City
from furrow.planning.models import PolicyLine, VisitPolicy
from furrow.planning.policies import RULE_FIELDS, TEXT_FIELDS, TRAVEL_FIELDS, line_text
from furrow.planning.rules import GRADES, GradeRule, PolicyRules, TravelRule
from furrow.team.models import User
from furrow.team.services import MOST_OPEN_POSTS

SECONDS = ((10, gettext_lazy("10 seconds: a first look")), (30, gettext_lazy("30 seconds")), (60, gettext_lazy("1 minute")), (180, gettext_lazy("3 minutes: the best plan")))  # fmt: skip
OVERTIME = ((0, gettext_lazy("None")), (30, gettext_lazy("Up to 30 minutes a day")), (60, gettext_lazy("Up to 60 minutes a day")))  # fmt: skip


class RepsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Reps to tick; a number that no database holds is as unknown as any other that is not among them."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if not (pk.isdecimal() and len(pk) < 19):
                raise ValidationError(self.error_messages["invalid_pk_value"], params={"pk": pk[:20]})
        return super().clean(value)


class NewPlanForm(forms.Form):
    """What a new cycle needs."""

    start = forms.DateField(
        label=gettext_lazy("Start"),
        help_text=gettext_lazy("A Monday"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    weeks = forms.TypedChoiceField(
        label=gettext_lazy("Weeks"), coerce=int, initial=4, choices=[(n, str(n)) for n in range(1, 9)]
    )
    policy = forms.ModelChoiceField(
        label=gettext_lazy("Visit policy"), queryset=VisitPolicy.objects.all(), empty_label=None
    )
    seconds = forms.TypedChoiceField(
        label=gettext_lazy("Search time"), coerce=int, initial=30, choices=SECONDS
    )
    overtime = forms.TypedChoiceField(label=gettext_lazy("Overtime"), coerce=int, initial=0, choices=OVERTIME)
    reps = RepsField(
        label=gettext_lazy("Reps"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    new_reps = forms.IntegerField(
        label=gettext_lazy("Reps to be named later"),
        help_text=gettext_lazy(
            "For people not hired yet: they get days and customers now, name and start point later"
        ),
        required=False,
        min_value=0,
        max_value=MOST_OPEN_POSTS,
        initial=0,
    )
    cities = forms.MultipleChoiceField(
        label=gettext_lazy("Customers without an owner"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, reps: Any, cities: Sequence[City] = (), may_add: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chooser: Any = self.fields["reps"]
        chooser.queryset = reps
        towns: Any = self.fields["cities"]
        towns.choices = [(city.code, city.name) for city in cities]
        if not may_add:
            del self.fields["new_reps"]

    def clean_new_reps(self) -> int:
        return self.cleaned_data["new_reps"] or 0

    def clean_cities(self) -> list[str] | None:
        """None stands for all, so that customers who join later take part in planning anew."""
        chosen: list[str] = self.cleaned_data["cities"]
        towns: Any = self.fields["cities"]
        return chosen if len(chosen) < len(towns.choices) else None

    def clean_start(self) -> date:
        start: date = self.cleaned_data["start"]
        if start.weekday():
            raise ValidationError(_("A cycle starts on a Monday"))
        if not 2020 <= start.year <= 2100:
            raise ValidationError(_("Choose a year from 2020 to 2100"))
        return start

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        unread = {"reps", "new_reps"} & self.errors.keys()
        if not unread and not given["reps"] and not given.get("new_reps"):
            self.add_error("reps", _("Choose at least one rep"))
        start, weeks = given.get("start"), given.get("weeks")
        if start and weeks and start + timedelta(days=7 * weeks) <= timezone.localdate():
            self.add_error("start", _("This cycle is over already"))
        return given


class LineForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """One grade of a policy."""

    preferred_weeks = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weeks of the first visit"),
        coerce=int,
        required=False,
        choices=[(n, str(n)) for n in range(1, 5)],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = PolicyLine
        fields = (*RULE_FIELDS, *TEXT_FIELDS)
        labels = {"service_minutes": gettext_lazy("Time at customer (minutes)")}

    def __init__(self, *args: Any, preset: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TEXT_FIELDS:
            self.initial[name] = line_text(self.instance, name, preset)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        low, high = values.get("min_gap_days"), values.get("max_gap_days")
        for name, days in (("min_gap_days", low), ("max_gap_days", high)):
            if days == 0:
                self.add_error(name, _("At least 1"))
        if low and high and low > high:
            self.add_error("max_gap_days", _("Must not be less than the least days between"))
        if not values.get("every_cycles", 1):
            self.add_error("every_cycles", _("At least 1"))
        return values


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A policy's own fields and the daily limits by channel; the lines by grade are in `lines`."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = VisitPolicy
        fields = ("name", "allow_mixing", *TRAVEL_FIELDS)

    def __init__(self, data: Any = None, *, instance: VisitPolicy) -> None:
        super().__init__(data, instance=instance)
        self.initial.update(version=instance.version, name=str(instance))
        limits = {limit.channel_type: limit.daily_limit for limit in instance.channel_limits.all()}
        for channel in ChannelType:
            self.fields[f"limit_{channel.value}"] = forms.IntegerField(
                label=channel.label,
                required=False,
                min_value=1,
                max_value=200,
                initial=limits.get(channel.value),
            )
        own = {line.grade: line for line in instance.lines.all()}
        self.lines = [
            LineForm(
                data,
                prefix=grade,
                preset=instance.preset,
                instance=own.get(grade) or PolicyLine(policy=instance, grade=grade),
            )
            for grade in GRADES
        ]

    @property
    def limit_fields(self) -> list[Any]:
        """The daily limits, for the template."""
        return [self[f"limit_{channel.value}"] for channel in ChannelType]

    @property
    def travel_fields(self) -> list[Any]:
        """How drives are reckoned, for the template."""
        return [self[name] for name in TRAVEL_FIELDS]

    def is_valid(self) -> bool:
        """Own fields and all lines."""
        return all([super().is_valid(), *(line.is_valid() for line in self.lines)])

    def values(self) -> dict[str, Any]:
        """What `change_policy` wants, from a valid form."""
        given = self.cleaned_data
        return {
            "version": given["version"],
            "values": {name: given[name] for name in ("name", "allow_mixing", *TRAVEL_FIELDS)},
            "lines": {line.instance.grade: line.cleaned_data for line in self.lines},
            "limits": {channel.value: given[f"limit_{channel.value}"] for channel in ChannelType},
        }

    def rules(self) -> PolicyRules:
        """The rules as typed, from a valid form."""
        given = self.cleaned_data
        lines = {
            line.instance.grade: GradeRule(
                **{
                    **{name: line.cleaned_data[name] for name in RULE_FIELDS},
                    "preferred_weeks": tuple(line.cleaned_data["preferred_weeks"]),
                }
            )
            for line in self.lines
        }
        return PolicyRules(
            given["name"],
            lines,
            {},
            given["allow_mixing"],
            TravelRule(*(given[name] for name in TRAVEL_FIELDS)),
        )


class MoveForm(forms.Form):
    """A visit's new day; `anyway` when the user has seen what the move breaks."""

    to = forms.DateField()
    anyway = forms.BooleanField(required=False)
    version = forms.IntegerField(required=False)


class PinForm(forms.Form):
    """Visits to pin or let go."""

    pinned = forms.BooleanField(required=False)
    version = forms.IntegerField(required=False)


class PublishForm(forms.Form):
    """Publishing: whether customers without an owner get the rep who visits them."""

    make_owners = forms.BooleanField(
        required=False, label=gettext_lazy("Make these reps the owners of customers without an owner")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CalendarDayForm(forms.Form):
    """A day of the work calendar: `kind` empty lets it be what its weekday says."""

    day = forms.DateField()
    kind = forms.ChoiceField(required=False, choices=[("", ""), *DayKind.choices])
    name = forms.CharField(required=False, max_length=60)


def messages_of(error: ValidationError) -> str:
    """What a service refused, as one text."""
    said: Iterable[str] = error.messages
    return " ".join(said)
