"""People as an everyday record: for administrators to set up, for managers to set start points and hours."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from furrow.kit.figures import NOTHING, bracketed, clock
from furrow.kit.marks import tag
from furrow.kit.positions import from_wgs84
from furrow.records.record import ChoiceFilter, Column, Filter, Panel, Record, View
from furrow.team import services
from furrow.team.access import Role
from furrow.team.models import User, UserQuerySet
from furrow.team.people_forms import PersonForm
from furrow.team.queries import team_names
from furrow.team.search import PeopleIndex


def _role(value: str) -> str:
    return str(dict(Role.choices).get(value, NOTHING))


def _switched(active: bool) -> str | SafeString:
    return tag(_("Can sign in"), "ok", "check") if active else tag(_("Switched off"))


def _by_sign_in(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(is_active__in=[value == "1" for value in values])


def _start(address: str, lng: float | None) -> str:
    return address or (_("On the map") if lng is not None else NOTHING)


class PeopleRecord(Record):
    """People: list, page, form, export."""

    name = "people"
    room = "team"
    model = User
    title = gettext_lazy("People")
    title_one = gettext_lazy("Person")
    new_label = gettext_lazy("New person")
    icon = "users-group"
    columns = (
        Column("name", pgettext_lazy("person", "Name"), ("name",), sort="name_order", link=True),
        Column("username", gettext_lazy("Sign-in name"), ("username",)),
        Column("role", gettext_lazy("Role"), ("role",), show=_role, export=_role, phone=True),
        Column("team", gettext_lazy("Team"), ("team__name",), phone=True),
        Column("phone", gettext_lazy("Phone"), ("phone",)),
        Column(
            "customers",
            gettext_lazy("Customers"),
            ("customer_count",),
            show=lambda count: f"{count:,}" if count else NOTHING,
            numeric=True,
        ),
        Column(
            "start", gettext_lazy("Start point"), ("start_address", "longitude"), show=_start, export=_start
        ),
        Column(
            "active",
            gettext_lazy("Sign-in"),
            ("is_active",),
            show=_switched,
            export=lambda active: _("Yes") if active else _("No"),
        ),
        Column("email", gettext_lazy("E-mail"), ("email",), default=False),
    )
    filters = (
        Filter(
            "role",
            gettext_lazy("Role"),
            lambda user: Role.choices,
            lambda rows, values: rows.filter(role__in=values),
        ),
        ChoiceFilter(
            "team",
            gettext_lazy("Team"),
            field="team",
            choices=lambda user: team_names(),
            empty=None,
        ),
        Filter(
            "active",
            gettext_lazy("Sign-in"),
            lambda user: [("1", gettext_lazy("Can sign in")), ("0", gettext_lazy("Switched off"))],
            _by_sign_in,
        ),
    )
    views = (
        View(gettext_lazy("Everybody"), ""),
        View(gettext_lazy("Reps"), "role=rep"),
        View(gettext_lazy("Switched off"), "active=0"),
    )
    search = PeopleIndex("people")
    search_hint = gettext_lazy("Name, pinyin, sign-in name, phone")
    form_class = PersonForm
    page_template = "team/person.html"
    page_fields = ("team",)
    empty_title = gettext_lazy("No people yet")
    empty_text = gettext_lazy(
        "Add reps with their start points; the plan needs to know where their days begin."
    )

    @staticmethod
    def count_label(number: int) -> str:
        return ngettext("%(number)s person", "%(number)s people", number) % {"number": f"{number:,}"}

    def right(self, verb: str) -> str:
        """People are set up by administrators; whoever plans may add reps and change what the plan needs of them."""
        return {"view": "team.view", "add": "team.add_rep", "change": "team.plan_days"}.get(
            verb, "team.change"
        )

    def rows(self, request: HttpRequest) -> UserQuerySet:
        user: Any = request.user
        living = models.Count("customers", filter=models.Q(customers__deleted_at=None))
        rows: UserQuerySet = User.objects.visible_to(user).annotate(customer_count=living)
        return rows

    def subtitle(self, thing: User) -> list[str]:
        return [str(part) for part in (thing.get_role_display(), thing.team) if part]

    def create(self, *, by: Any, **values: Any) -> User:
        values.pop("version", None)
        return services.create_person(by=by, **values)

    def change(self, thing: User, *, by: Any, **values: Any) -> User:
        return services.change_person(thing, by=by, **values)

    def delete(self, thing: User, *, by: Any) -> None:
        raise ValidationError(_("People stay in the records. Switch off their sign-in instead."))


RECORD = PeopleRecord()


def facts_panel(request: HttpRequest, person: User) -> Panel:
    """Who this is and how to reach them."""
    names = ("username", "role", "team", "phone", "email", "is_active")
    return Panel(
        "facts", _("Basics"), "team/_facts.html", {"facts": [_fact(person, name) for name in names]}, order=10
    )


def day_panel(request: HttpRequest, person: User) -> Panel:
    """What the planner knows of the person's days."""
    lunch = (
        _("%(start)s, %(minutes)s minutes")
        % {"start": clock(person.lunch_start), "minutes": person.lunch_minutes}
        if person.lunch_minutes
        else ""
    )
    facts = [
        (_("Start point"), person.start_address),
        (_("Position"), _entered(person)),
        (_("Working hours"), f"{clock(person.work_start)}–{clock(person.work_end)}"),
        (_("Lunch"), lunch),
        (_("Daily visit limit"), str(person.daily_visit_limit)),
        (_("Customers"), f"{getattr(person, 'customer_count', 0):,}"),
    ]
    return Panel("day", _("Working day"), "team/_facts.html", {"facts": facts}, wide=False, order=20)


def _fact(person: User, name: str) -> tuple[str, Any]:
    field: Any = User._meta.get_field(name)
    value = getattr(person, f"get_{name}_display")() if field.choices else getattr(person, name)
    return field.verbose_name, (_("Yes") if value else _("No")) if isinstance(value, bool) else value


def _entered(person: User) -> str:
    if person.longitude is None or person.latitude is None:
        return ""
    lng, lat = from_wgs84(person.longitude, person.latitude, person.position_system)
    return f"{lng:.6f}, {lat:.6f}{bracketed(person.get_position_system_display())}"
