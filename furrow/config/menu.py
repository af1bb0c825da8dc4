"""The menu, the settings page, Ctrl-K and the home page as plain tables, and what every page gets from them.

A room above adds its line here; nothing else has to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.kit.maps import tiles_system
from furrow.team.access import rights_of


@dataclass(frozen=True)
class Entry:
    """A page one can go to. `right` empty: everybody. `rooms`: further namespaces whose pages belong to it."""

    key: str
    label: Any
    icon: str
    url_name: str
    right: str = ""
    sub: Any = ""
    rooms: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def all_rooms(self) -> tuple[str, ...]:
        return (self.url_name.split(":")[0], *self.rooms)


# The first three also stand in the foot of the phone.
MENU = [
    Entry("home", _("Home"), "home-2", "home"),
    Entry("customers", _("Customers"), "users", "customers:list", "customers.view"),
    Entry("leads", _("Leads"), "filter-plus", "leads:desk", "leads.view", rooms=("referrals",)),
    Entry("plans", _("Visit plans"), "calendar-event", "planning:cycles", "planning.view"),
    Entry("visits", _("Contact records"), "message-2", "visits:list", "visits.view"),
    Entry("live", _("Day in the field"), "walk", "field:live", "field.live"),
    Entry("assessment", _("Assessment"), "award", "assessment:cards", "assessment.view"),
    Entry("orders", _("Orders"), "clipboard-list", "orders:list", "orders.view", rooms=("deliveries",)),
    Entry(
        "accounts",
        _("Receivables"),
        "coin-yuan",
        "accounts:list",
        "receivables.view",
        rooms=("receivables", "invoices", "payments"),
    ),
    Entry("books", pgettext_lazy("menu", "Purchase-sales"), "notebook", "books:list", "books.view"),
    Entry("products", _("Products"), "package", "products:list", "catalog.view"),
    Entry("contacts", _("Contact book"), "address-book", "contacts:list", "contacts.view"),
    Entry("people", _("Team"), "users-group", "people:list", "team.view"),
    Entry("settings", _("Settings"), "settings", "settings"),
]

# The settings page lists these, and Ctrl-K finds them.
SETTINGS = [
    Entry("profile", _("Your profile"), "user", "team:profile", sub=_("Language, theme and password")),
    Entry(
        "people",
        _("People"),
        "users-group",
        "people:list",
        "team.view",
        sub=_("Roles, teams, start points and working hours"),
    ),
    Entry(
        "teams",
        _("Team structure"),
        "sitemap",
        "team:teams",
        "team.change",
        sub=_("Teams and what they are part of"),
    ),
    Entry(
        "custom_fields",
        _("Custom fields"),
        "forms",
        "customers:fields",
        "customers.fields",
        sub=_("What your company asks of customers beyond the card, for each kind"),
    ),
    Entry(
        "policy",
        _("Visit policy"),
        "adjustments",
        "planning:policy",
        "planning.policy",
        sub=_("How often and when customers of each grade are visited"),
    ),
    Entry(
        "visit_steps",
        _("Visit steps"),
        "list-check",
        "visits:step_plans",
        "planning.policy",
        sub=_("What each type of visit asks for, what to take along, and the script"),
    ),
    Entry(
        "interview_guide",
        _("Interview guide"),
        "message-2",
        "visits:guide",
        "planning.policy",
        sub=_("Which needs are asked about, and the questions for each"),
    ),
    Entry(
        "store_standard",
        _("Store standard"),
        "clipboard-check",
        "visits:standard",
        "planning.policy",
        sub=_("What an exclusive shop is scored against"),
    ),
    Entry(
        "lead_rules",
        _("Rules for leads"),
        "adjustments-horizontal",
        "leads:rules",
        "leads.rules",
        sub=_("Channels and their cost, whom leads go to, hours, the pool, the web form"),
    ),
    Entry(
        "book_periods",
        _("Periods of the book"),
        "calendar-month",
        "books:periods",
        "books.view",
        sub=_("Whether the purchase-sales book is kept by month or by week"),
    ),
    Entry(
        "price_lists",
        _("Price lists"),
        "tags",
        "pricelists:list",
        "orders.view",
        sub=_("Prices for everybody, a channel or one customer, between two days"),
    ),
    Entry(
        "credit_policy",
        _("Credit policy"),
        "credit-card",
        "receivables:policy",
        "receivables.view",
        sub=_("Default limit and term, and when new orders are held"),
    ),
    Entry(
        "collecting_hours",
        _("Hours not to ask for money"),
        "clock",
        "receivables:hours",
        "receivables.view",
        sub=_("By region, for customers who said nothing else"),
    ),
    Entry(
        "questions",
        _("Questions about people"),
        "shield-lock",
        "contacts:questions",
        "contacts.questions",
        sub=_("Sensitive questions of the contact profile, and for what purpose they are on"),
    ),
    Entry(
        "erasures",
        _("Certificates of erasure"),
        "certificate",
        "contacts:erasures",
        "contacts.personal_data",
        sub=_("Without names: only when, by whom and how much"),
    ),
    Entry(
        "devices",
        _("Phones in the field"),
        "device-mobile",
        "field:devices",
        "field.use",
        sub=_("Which phones hold data, taking one out of service, positions"),
    ),
    Entry(
        "calendar",
        _("Work calendar"),
        "calendar",
        "planning:calendar",
        "planning.view",
        sub=_("Public holidays and make-up days"),
    ),
]

# Found by Ctrl-K only: things to do.
ACTIONS: list[Entry] = [
    Entry("new_customer", _("New customer"), "plus", "customers:new", "customers.add"),
    Entry("birthdays", _("Birthdays coming up"), "cake", "contacts:birthdays", "contacts.view"),
    Entry("new_contact", _("New contact"), "user-plus", "contacts:new", "contacts.add"),
    Entry("areas", _("Areas"), "map-2", "customers:areas", "customers.view"),
    Entry("area_order", _("Opening order"), "list-numbers", "customers:area_order", "customers.view"),
    Entry("archives", _("Market archives"), "archive", "customers:archives", "customers.view"),
    Entry("check_customer", _("Duplicate check"), "copy", "customers:check", "customers.add"),
    Entry("duplicates", _("Possible duplicates"), "git-merge", "customers:duplicates", "customers.merge"),
    Entry("import_customers", _("Import customers"), "file-import", "customers:import", "customers.import"),
    Entry("new_inquiry", _("New inquiry"), "phone-incoming", "leads:inquiries", "leads.add"),
    Entry("sheets", _("Handover sheets"), "clipboard-list", "leads:sheets", "leads.view"),
    Entry("pool", _("Pool of leads"), "ripple", "leads:pool", "leads.pick"),
    Entry("lead_measures", _("Measures per channel"), "chart-bar", "leads:measures", "leads.view"),
    Entry("valid_list", _("Valid-customer list"), "list-check", "leads:valid", "leads.view"),
    Entry("daily_round", _("Daily round"), "checklist", "leads:round", "leads.round"),
    Entry("referrals", _("Referral table"), "heart-handshake", "referrals:list", "leads.view"),
    Entry("assessments_due", _("Assessments due"), "award", "assessment:due", "assessment.view"),
    Entry("changes_of_class", _("Changes of class"), "arrows-sort", "assessment:changes", "assessment.view"),
    Entry("strategies", _("Follow-up strategies"), "route", "assessment:strategies", "assessment.view"),
    Entry("new_product", _("New product"), "plus", "products:new", "catalog.add"),
    Entry("book_grid", _("Enter purchase-sales figures"), "table-plus", "books:grid", "books.change"),
    Entry("field", _("Phone app"), "device-mobile", "field:app", "field.use"),
    Entry("new_record", _("New contact record"), "message-2", "visits:new", "visits.add"),
    Entry("visit_book", _("Visit record book"), "printer", "visits:book", "visits.view"),
    Entry("matters", _("Promises and complaints"), "alert-triangle", "visits:matters", "visits.view"),
    Entry("gaps", _("Gaps of store checks"), "clipboard-check", "visits:gaps", "visits.view"),
    Entry("new_order", _("New order"), "plus", "orders:new", "orders.add"),
    Entry("deliveries", _("Deliveries"), "truck-delivery", "deliveries:list", "orders.view"),
    Entry("driver_sheet", _("Driver's sheet"), "truck", "deliveries:driver", "orders.view"),
    Entry("collecting", _("To collect today"), "list-check", "receivables:collecting", "receivables.view"),
    Entry("invoices", _("Invoices"), "file-invoice", "invoices:list", "receivables.view"),
    Entry("payments", _("Payments"), "cash", "payments:list", "receivables.view"),
    Entry("new_payment", _("Record payment"), "cash", "payments:new", "receivables.add"),
    Entry("bank", _("Import a bank statement"), "file-import", "payments:import", "receivables.import"),
    Entry("write_offs", _("Write-offs"), "gavel", "receivables:write_offs", "receivables.approve"),
    Entry("new_plan", _("New plan"), "route", "planning:new", "planning.plan"),
]

# provider(user, text, limit) -> list[PaletteItem], rows narrowed to what the user may see
PALETTE: list[str] = [
    "furrow.contacts.queries.palette",
    "furrow.customers.queries.palette",
    "furrow.leads.queries.palette",
    "furrow.catalog.queries.palette",
]

# step(user) -> Step | None, in the order they are done; None for those whose role has no part in it
HOME_STEPS: list[str] = [
    "furrow.customers.queries.import_step",
    "furrow.customers.queries.grade_step",
    "furrow.team.queries.reps_step",
    "furrow.planning.pages.plan_step",
]

# card(user) -> Card | None
HOME_CARDS: list[str] = [
    "furrow.planning.pages.home_card",
    "furrow.leads.queries.home_card",
    "furrow.assessment.pages.home_card",
    "furrow.receivables.elsewhere.home_card",
    "furrow.customers.queries.home_card",
]

IN_FOOT = 3


@cache
def _places() -> list[tuple[str, str]]:
    """(address, key of its menu entry), the longest first; home is above everything and so above nothing."""
    menu = {entry.url: entry.key for entry in reversed(MENU) if entry.key != "home"}
    return sorted(
        ({entry.url: "settings" for entry in SETTINGS} | menu).items(), key=lambda place: -len(place[0])
    )


class Shell:
    """What the frame of a page shows; worked out only when a template asks. Costs no query beyond the signed-in user."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def rights(self) -> frozenset[str]:
        return rights_of(self.request.user)

    def allowed(self, entries: list[Entry]) -> list[Entry]:
        return [entry for entry in entries if not entry.right or entry.right in self.rights]

    @cached_property
    def menu(self) -> list[Entry]:
        return self.allowed(MENU)

    @property
    def foot(self) -> list[Entry]:
        return self.menu[:IN_FOOT]

    @property
    def more(self) -> list[Entry]:
        return self.menu[IN_FOOT:]

    @cached_property
    def here(self) -> str:
        """Key of the menu entry this page belongs to: the nearest page above it in the menu or the settings, else that of its room."""
        match = self.request.resolver_match
        if match is None:
            return ""
        above = next((key for url, key in _places() if self.request.path.startswith(url)), "")
        room = match.namespaces[0] if match.namespaces else match.url_name
        return above or next((entry.key for entry in MENU if room in entry.all_rooms), "")

    @property
    def tiles(self) -> dict[str, str]:
        """Where map tiles come from; without an address the map draws a grid and district names."""
        return {"address": settings.MAP_TILES, "credit": settings.MAP_ATTRIBUTION, "system": tiles_system()}

    @cached_property
    def theme(self) -> str:
        """system, light or dark: the user's own, before sign-in the one last used on this device."""
        user: Any = self.request.user
        chosen = user.theme if user.is_authenticated else self.request.COOKIES.get("furrow_theme", "system")
        return chosen if chosen in {"light", "dark"} else "system"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `shell`, `user` and `rights` (a set of "room.verb")."""
    if not hasattr(request, "user"):
        return {}
    made = Shell(request)
    return {"shell": made, "user": request.user, "rights": SimpleLazyObject(lambda: made.rights)}
