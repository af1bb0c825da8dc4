"""The customer record: list, page, form, import, export, print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.customers import services
from furrow.customers.archives import columns as archives
from furrow.customers.card import services as card
from furrow.customers.card.pages import reading_of, tabs_of
from furrow.customers.card.paper import papers_of
from furrow.customers.card.reading import READ_ALONG
from furrow.customers.card.whole_form import WholeForm
from furrow.customers.card.words import words_of
from furrow.customers.custom.columns import own_columns, own_filters
from furrow.customers.importing import CustomerImporter
from furrow.customers.models import ChannelType, Customer, Grade, Kind, OwnershipType, Status
from furrow.customers.search import CUSTOMERS
from furrow.kit.figures import NOTHING
from furrow.kit.maps import shown
from furrow.kit.marks import grade as grade_mark
from furrow.kit.positions import CoordinateSystem, from_wgs84
from furrow.kit.prepared import PreparedThing
from furrow.kit.regions import region_book
from furrow.records.record import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    Filter,
    Panel,
    Record,
    Tab,
    View,
    Words,
)
from furrow.team.models import User
from furrow.team.queries import people_choices


def _label_of(choices: type[models.TextChoices]) -> Any:
    labels = dict(choices.choices)
    return lambda value: str(labels.get(value, NOTHING)) if value else NOTHING


def _export_label(choices: type[models.TextChoices]) -> Any:
    labels = dict(choices.choices)
    return lambda value: str(labels.get(value, ""))


def _region(code: str | None) -> str:
    return region_book().name(code, get_language() or "") if code else NOTHING


def _region_full(code: str | None) -> str:
    return region_book().full_name(code, get_language() or "") if code else ""


def _as_entered(which: int) -> Any:
    def show(lng: float | None, lat: float | None, system: str) -> float | None:
        if lng is None or lat is None:
            return None
        return round(from_wgs84(lng, lat, system or CoordinateSystem.WGS84)[which], 6)

    return show


def _regions(user: User) -> list[tuple[str, str]]:
    """Districts that hold at least one customer in reach."""
    codes = (
        Customer.objects.visible_to(user)
        .exclude(region=None)
        .order_by()
        .values_list("region_id", flat=True)
        .distinct()[:400]
    )
    return sorted(
        ((code, _region_full(code)) for code in {code[:6] for code in codes}), key=lambda pair: pair[0]
    )


def _region_label(code: str) -> str | None:
    """Any region by its code, whether or not a customer stands in it: links from areas name provinces and cities too."""
    return _region_full(code) or None if code.isascii() and code.isdigit() else None


def _in_regions(rows: Any, values: list[str]) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = rows.in_regions(values)
    return found


def _of_kinds(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(kind__in=values)


def _without(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    missing = {
        "position": models.Q(longitude=None),
        "phone": models.Q(phone=""),
        "region": models.Q(region=None),
    }
    for value in values:
        rows = rows.filter(missing[value])
    return rows


class CustomerRecord(Record):
    """Customers as an everyday record."""

    name = "customers"
    room = "customers"
    model = Customer
    title = _("Customers")
    title_one = _("Customer")
    new_label = _("New customer")
    icon = "users"
    columns = (
        Column("grade", _("Grade"), ("visit_grade",), show=grade_mark, sort="visit_grade", phone=True),
        Column("name", _("Customer name"), ("name",), sort="name_order", link=True),
        Column("code", _("Code"), ("code",), sort="code"),
        Column(
            "kind",
            pgettext_lazy("customer", "Kind"),
            ("kind",),
            show=_label_of(Kind),
            export=_export_label(Kind),
            default=False,
        ),
        Column(
            "channel",
            _("Channel"),
            ("channel_type",),
            show=_label_of(ChannelType),
            export=_export_label(ChannelType),
            sort="channel_type",
        ),
        Column("region", _("Region"), ("region_id",), show=_region, export=_region_full, phone=True),
        Column("address", _("Address"), ("address",)),
        Column("contact", _("Contact"), ("contact_name",), default=False),
        Column("phone", _("Phone"), ("phone",)),
        Column("owner", _("Owner"), ("owner__name",), phone=True),
        Column("status", _("Status"), ("status",), show=_label_of(Status), export=_export_label(Status)),
        Column("customer_grade", _("Customer grade"), ("customer_grade",), default=False),
        Column(
            "ownership",
            _("Ownership type"),
            ("ownership_type",),
            show=_label_of(OwnershipType),
            export=_export_label(OwnershipType),
            default=False,
        ),
        Column("legal", _("Legal representative"), ("legal_representative",), default=False),
        Column(
            "lng",
            _("Longitude"),
            ("longitude", "latitude", "position_system"),
            show=lambda *a: str(_as_entered(0)(*a) or NOTHING),
            export=_as_entered(0),
            numeric=True,
            default=False,
        ),
        Column(
            "lat",
            _("Latitude"),
            ("longitude", "latitude", "position_system"),
            show=lambda *a: str(_as_entered(1)(*a) or NOTHING),
            export=_as_entered(1),
            numeric=True,
            default=False,
        ),
        Column("system", _("Coordinate system"), ("position_system",), default=False),
        Column("note", _("Note"), ("note",), default=False),
        *archives.COLUMNS,
    )
    filters = (
        ChoiceFilter("grade", _("Visit grade"), field="visit_grade", choices=lambda user: Grade.choices),
        ChoiceFilter("owner", _("Owner"), field="owner", choices=people_choices, empty=None),
        Filter("kind", pgettext_lazy("customer", "Kind"), lambda user: Kind.choices, _of_kinds),
        ChoiceFilter("channel", _("Channel"), field="channel_type", choices=lambda user: ChannelType.choices),
        ChoiceFilter("status", _("Status"), field="status", choices=lambda user: Status.choices),
        Filter("region", _("Region"), _regions, _in_regions, read=_region_label),
        Filter(
            "without",
            _("Missing"),
            lambda user: [("position", _("Position")), ("phone", _("Phone")), ("region", _("Region"))],
            _without,
        ),
        *archives.FILTERS,
    )
    views = (
        View(_("All"), ""),
        *archives.VIEWS,
        View(_("Not graded"), "grade=none"),
        View(_("No position"), "without=position"),
        View(_("No owner"), "owner=none"),
    )
    own_prefix = "custom."
    search = CUSTOMERS
    search_hint = _("Name, pinyin, initials, end of phone, code")
    form_class = WholeForm
    page_fields = READ_ALONG
    one = PreparedThing(Customer, READ_ALONG)
    page_template = "customers/page.html"
    form_template = "customers/form.html"
    print_template = "customers/print_card.html"
    importer = CustomerImporter()
    empty_title = _("No customers yet")
    empty_text = _("Import the list as it lies on your disk, or add the first customer by hand.")
    switch = ((_("Map"), "map", "customers:map"), (_("Areas"), "map-2", "customers:areas"))
    actions = (Action(pgettext_lazy("verb", "Grade"), "award", "assessment:assess", "assessment.assess"),)
    bulk = (
        BulkAction("grade", pgettext_lazy("verb", "Grade"), "award", "assessment:bulk", "assessment.assess"),
        BulkAction(
            "owner", _("Change owner"), "user-plus", "customers:change_owner", "customers.change_owner"
        ),
        BulkAction("print", _("Print cards"), "printer", "customers:print_cards", "customers.view"),
    )

    def count_label(self, number: int) -> str:
        return ngettext("%(number)s customer", "%(number)s customers", number) % {"number": f"{number:,}"}

    def own_columns(self, request: HttpRequest) -> list[Column]:
        return own_columns()

    def own_filters(self, request: HttpRequest) -> list[Filter]:
        user: Any = request.user
        return own_filters(user)

    def tabs_of(self, thing: Customer) -> list[Tab]:
        return tabs_of(thing)

    def words(self, request: HttpRequest, entries: Iterable[Any]) -> Mapping[str, Words]:
        user: Any = request.user
        return words_of(user, entries)

    def context(self, request: HttpRequest, thing: Customer) -> dict[str, Any]:
        user: Any = request.user
        # Made only when the print template asks for it.
        return {"complete": reading_of(request, thing).complete, "papers": lambda: papers_of([thing], user)}

    def subtitle(self, thing: Customer) -> list[str]:
        parts = [
            thing.code,
            thing.get_kind_display(),
            thing.get_channel_type_display(),
            _region_full(thing.region_id),
            thing.address,
            _("Owner: %(name)s") % {"name": thing.owner.name} if thing.owner else _("No owner"),
        ]
        return [str(part) for part in parts if part]

    def create(self, *, by: Any, **values: Any) -> Customer:
        values.pop("version", None)
        return card.create_customer(values.pop("facts", {}), by=by, **values)

    def change(self, thing: Customer, *, by: Any, **values: Any) -> Customer:
        facts, version = values.pop("facts", {}), values.pop("version", None)
        return card.change_facts(thing, {**values, **facts}, by=by, version=version)

    def delete(self, thing: Customer, *, by: Any) -> None:
        services.delete_customer(thing, by=by)

    def restore(self, pk: int, *, by: Any) -> Customer:
        deleted = Customer.objects.deleted_within_reach(by).filter(pk=pk).first()
        if deleted is None:
            raise Http404
        return services.restore_customer(deleted, by=by)


RECORD = CustomerRecord()


def position_panel(request: HttpRequest, customer: Customer) -> Panel:
    """Where the customer is, on the map."""
    system = customer.position_system or CoordinateSystem.WGS84
    entered = (
        from_wgs84(customer.longitude, customer.latitude, system)
        if customer.longitude is not None and customer.latitude is not None
        else None
    )
    context = {
        "customer": customer,
        "entered": entered and (round(entered[0], 6), round(entered[1], 6)),
        "system": customer.get_position_system_display(),
        "point": entered and [*shown(customer.longitude or 0, customer.latitude or 0), customer.visit_grade],
    }
    return Panel(
        "position", pgettext("map", "Position"), "customers/_position.html", context, wide=False, order=20
    )
