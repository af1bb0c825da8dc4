"""Contact records as an everyday record, and panels of visits on other rooms' pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.kit.figures import NOTHING, ago, minutes_words, moment, number
from furrow.kit.shell import Figure
from furrow.records.record import Action, ChoiceFilter, Column, Filter, Later, Panel, Record, View
from furrow.team.access import may
from furrow.team.models import User
from furrow.team.queries import people_choices
from furrow.visits import queries, rules, services
from furrow.visits.forms import CommentForm, RecordForm
from furrow.visits.models import ContactRecord, GoalReached, Method, StepKind, VisitType
from furrow.visits.search import RECORDS
from furrow.visits.words import sign_words


def _label_of(choices: type[models.TextChoices]) -> Any:
    labels = dict(choices.choices)
    return lambda value: str(labels.get(value, "")) or NOTHING


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    return round((end - start) / timedelta(minutes=1)) if start and end else None


def _shown_minutes(start: datetime | None, end: datetime | None) -> str:
    minutes = _minutes(start, end)
    return pgettext("contact record", "Under way") if minutes is None else minutes_words(minutes)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


PERIODS = (
    ("today", _("Today")),
    ("week", _("This week")),
    ("last_week", _("Last week")),
    ("month", _("This month")),
)


def _period_bounds(name: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if name == "week":
        return monday, monday + timedelta(days=6)
    if name == "last_week":
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if name == "month":
        return today.replace(day=1), (today.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(
            days=1
        )
    return today, today


def _in_periods(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    within = models.Q(pk__in=[])
    for name in values:
        begin, end = queries.day_bounds(*_period_bounds(name, timezone.localdate()))
        within |= models.Q(started_at__gte=begin, started_at__lt=end)
    return rows.filter(within)


def _with_gaps(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    empty = models.Q()
    for name in rules.REFLECTIONS:
        empty |= models.Q(**{name: ""})
    return rows.filter(empty) if "reflections" in values else rows


def _people(user: User) -> list[tuple[str, str]]:
    return people_choices(user)[:200]


def _by(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(by__in=[int(value) for value in values if value.isdecimal() and len(value) < 19])


class VisitRecord(Record):
    """Contact records: list, page, paper card, record book."""

    name = "visits"
    room = "visits"
    model = ContactRecord
    title = _("Contact records")
    title_one = _("Contact record")
    new_label = _("New contact record")
    icon = "message-2"
    order = "-started_at"
    columns = (
        Column("started", _("Time"), ("started_at",), show=moment, sort="started_at", link=True),
        Column("customer", _("Customer"), ("customer__name",), phone=True),
        Column("customer_code", _("Customer code"), ("customer__code",), default=False),
        Column("by", _("Rep"), ("by__name",), phone=True),
        Column(
            "type", _("Visit type"), ("visit_type",), show=_label_of(VisitType), export=_label_of(VisitType)
        ),
        Column("method", _("Method"), ("method",), show=_label_of(Method), export=_label_of(Method)),
        Column(
            "minutes",
            _("Duration"),
            ("started_at", "ended_at"),
            show=_shown_minutes,
            export=_minutes,
            numeric=True,
        ),
        Column("place", pgettext_lazy("contact record", "Place"), ("place",), default=False),
        Column("people", _("People present"), ("people",), default=False),
        Column("goal_text", _("Visit goal"), ("goal",), show=_short, export=str, default=False),
        Column(
            "goal", _("Goal"), ("goal_reached",), show=_label_of(GoalReached), export=_label_of(GoalReached)
        ),
        Column("content", _("What was said and done"), ("content",), show=_short, export=str),
        Column("special", _("Special matters"), ("special",), show=_short, export=str, default=False),
        Column("went_well", _("What went well"), ("went_well",), show=_short, export=str, default=False),
        Column("fell_short", _("What fell short"), ("fell_short",), show=_short, export=str, default=False),
        Column("lesson", _("What was learned"), ("lesson_learnt",), show=_short, export=str, default=False),
        Column("appointment", _("New appointment"), ("appointment_at",), show=moment, default=False),
        Column(
            "new_plan",
            pgettext_lazy("contact record", "New plan"),
            ("new_plan",),
            show=_short,
            export=str,
            default=False,
        ),
        Column(
            "distance",
            _("Meters from the outlet"),
            ("in_distance",),
            show=number,
            numeric=True,
            default=False,
        ),
    )
    filters = (
        Filter("period", pgettext_lazy("filter", "Period"), lambda user: PERIODS, _in_periods),
        Filter("by", _("Rep"), _people, _by),
        ChoiceFilter("type", _("Visit type"), field="visit_type", choices=lambda user: VisitType.choices),
        ChoiceFilter("method", _("Method"), field="method", choices=lambda user: Method.choices),
        ChoiceFilter("goal", _("Goal"), field="goal_reached", choices=lambda user: GoalReached.choices),
        Filter("without", _("Missing"), lambda user: [("reflections", _("Reflections"))], _with_gaps),
    )
    views = (
        View(_("All"), ""),
        View(_("Today"), "period=today"),
        View(_("This week"), "period=week"),
        View(_("Goal not reached"), "goal=no"),
        View(_("Reflections missing"), "without=reflections"),
    )
    search = RECORDS
    search_hint = _("Customer")
    form_class = RecordForm
    page_fields = ("customer", "by", "reviewed_by")
    print_template = "visits/print_card.html"
    page_template = "visits/page.html"
    empty_title = _("No contact records yet")
    empty_text = _("They come from the phone after each visit; calls are written here.")
    switch = ((_("Visit record book"), "printer", "visits:book"),)
    actions = (Action(_("Open the customer"), "building-store", "visits:customer", "customers.view"),)

    def count_label(self, number: int) -> str:
        return ngettext("%(number)s record", "%(number)s records", number) % {"number": f"{number:,}"}

    def subtitle(self, thing: ContactRecord) -> list[str]:
        return [thing.by.name, str(thing.get_visit_type_display()), str(thing.get_method_display())]

    def context(self, request: HttpRequest, thing: ContactRecord) -> dict[str, Any]:
        user: Any = request.user
        may_review = may(user, "visits.review") and thing.by_id != user.pk and thing.reviewed_at is None
        steps, checks = list(thing.steps.all()), partial(queries.checks_in, thing)  # the paper alone asks
        return {"may_review": may_review, "steps": steps, "checks": checks}

    def create(self, *, by: Any, **values: Any) -> ContactRecord:
        values.pop("version", None)
        return services.create_record(by=by, **values)

    def change(self, thing: ContactRecord, *, by: Any, **values: Any) -> ContactRecord:
        version = values.pop("version", None)
        values.pop("customer", None)
        return services.write_record(thing, by=by, values=values, version=version)

    def delete(self, thing: ContactRecord, *, by: Any) -> None:
        services.delete_record(thing, by=by)

    def restore(self, pk: int, *, by: Any) -> ContactRecord:
        deleted = ContactRecord.objects.deleted_within_reach(by).filter(pk=pk).first()
        if deleted is None:
            raise Http404
        return services.restore_record(deleted, by=by)


RECORD = VisitRecord()


# Panels of a record's own page -------------------------------------------------------------------


def card_panel(request: HttpRequest, record: ContactRecord) -> Panel:
    """What was said and done."""
    stats = (
        Figure(gettext("Duration"), _shown_minutes(record.started_at, record.ended_at)),
        Figure(gettext("Goal"), str(record.get_goal_reached_display()) or NOTHING),
        Figure(gettext("In the plan"), gettext("No, extra visit") if record.is_extra else gettext("Yes")),
    )
    return Panel(
        "card",
        gettext("What was said and done"),
        "visits/_card.html",
        {"thing": record},
        order=10,
        stats=stats,
    )


def reflections_panel(request: HttpRequest, record: ContactRecord) -> Panel:
    """The three that are always asked for; what is missing is said, with its hour (P5.2)."""
    context = {"thing": record, "missing": len(record.missing), "late": timezone.now() > record.due_at}
    return Panel("reflections", gettext("Three reflections"), "visits/_reflections.html", context, order=20)


def place_panel(request: HttpRequest, record: ContactRecord) -> Panel | None:
    """Place and time of check-in and check-out; signs of a false position in words."""
    signs = [sign_words(sign) for sign in record.in_signs]
    context = {"thing": record, "signs": signs}
    return Panel(
        "place", gettext("Check-in and check-out"), "visits/_place.html", context, wide=False, order=10
    )


def steps_panel(request: HttpRequest, record: ContactRecord) -> Panel | None:
    """How the steps went; those not reached are said."""
    results = list(record.steps.all())
    known = {row.kind for row in results}
    open_steps = [step for step in services.steps_of(record.visit_type) if step.kind not in known]
    if not results:
        return None
    context = {"results": results, "missing": [step_words(step.kind) for step in open_steps]}
    return Panel("steps", gettext("Visit steps"), "visits/_steps.html", context, wide=False, order=20)


def step_words(kind: str) -> str:
    """A step's name."""
    return str(StepKind(kind).label)


def split_panel(request: HttpRequest, record: ContactRecord) -> Panel | None:
    """Where the time went against the model (P5.1)."""
    if record.split is None:
        return None
    names = (
        gettext("Building trust"),
        gettext("Understanding needs"),
        gettext("Presenting"),
        gettext("Agreeing"),
    )
    rows = list(zip(names, record.split, rules.MODEL_SPLIT, strict=True))
    parts = [(str(place), part) for place, part in enumerate(record.split, 1)]
    model = [(str(place), part) for place, part in enumerate(rules.MODEL_SPLIT, 1)]
    context = {"rows": rows, "parts": parts, "model": model}
    return Panel("split", gettext("Where the time went"), "visits/_split.html", context, wide=False, order=30)


def checks_panel(request: HttpRequest, record: ContactRecord) -> list[Panel]:
    """The store checks made in the visit."""
    user: Any = request.user
    checks = queries.checks_in(record)
    people = _people(user) if checks and may(user, "visits.add") else []
    soon = timezone.localdate() + timedelta(days=7)
    return [
        Panel(
            f"check-{check.pk}",
            gettext("Store check"),
            "visits/_check.html",
            {
                "check": check,
                "items": list(check.items.all()),
                "lines": queries.check_lines(check),
                "people": people,
                "me": str(user.pk),
                "soon": soon,
            },
            order=30,
        )
        for check in checks
    ]


def comments_panel(request: HttpRequest, record: ContactRecord) -> Panel:
    """What others said, and room to answer."""
    user: Any = request.user
    comments = list(record.comments.select_related("by").order_by("at", "pk"))
    context = {"thing": record, "comments": comments, "form": CommentForm(), "may": may(user, "visits.add")}
    return Panel("comments", gettext("Comments"), "visits/_comments.html", context, order=40)


# Panels elsewhere --------------------------------------------------------------------------------


def last_visit_figures(request: HttpRequest, customer: Customer) -> tuple[Figure, ...]:
    """When the customer was last visited, for the strip of figures."""
    user: Any = request.user
    if not may(user, "visits.view"):
        return ()
    last = queries.last_time_at(customer, user)
    at, who = last or (None, "")
    return (Figure(gettext("Last visit"), ago(at) if at else gettext("Never"), sub=who),)


@Later("last_visits", _("Last visits"), wide=False, order=45, stats=last_visit_figures)
def last_visits_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """On a customer's page: the last visits, what was promised, the last store check."""
    user: Any = request.user
    if not may(user, "visits.view"):
        return None
    records, checks = queries.last_of(customer, user), queries.checks_of(customer, user, 1)
    context = {"records": records, "check": checks[0] if checks else None, "customer": customer}
    return Panel("last_visits", _("Last visits"), "visits/_last.html", context, wide=False, order=45)


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: visits, calls and talks."""
    if not may(user, "visits.view"):
        return []
    return [
        Event(
            at,
            pk,
            _ICONS.get(method, "message-2"),
            f"{VisitType(kind).label} ({Method(method).label})",
            who=who,
            text=content[:120],
            url=reverse("visits:page", args=[pk]),
        )
        for at, pk, method, kind, who, content in _EVENTS.of(customer, user, window, limit)
    ]


_ICONS = {Method.PHONE: "phone", Method.IN_PERSON: "walk"}
_EVENTS = TimelineRead(
    ContactRecord.objects.visible_to,
    *("method", "visit_type", "by__name", "content"),
    at="started_at",
)
