"""What a kind of record declares, and the registry of all of them (design section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from furrow.kit.figures import NOTHING
from furrow.kit.grams import TextIndex
from furrow.kit.prepared import PreparedThing
from furrow.kit.shell import Figure

if TYPE_CHECKING:
    from furrow.records.importing.importer import RecordImporter

Text = str | Promise
Words = tuple[Text, Callable[[Any], str]]  # a label, and a stored value in words
NONE = "none"  # filter value for "not filled in"


def plain(value: Any) -> str:
    """A value as text; nothing known is a dash in a table."""
    return NOTHING if value is None or value == "" else str(value)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list and of an export. `fields` are ORM paths; `show` and `export` receive their values in that order.

    `show` returns text (escaped by the list unless it is a SafeString), `export` a typed value. `sort` names a column that is never null
    and has an index (sort, id); empty means not sortable. Columns with `phone` stay on narrow screens. With `expression` the one field
    is no path but that expression.
    """

    name: str
    label: Text
    fields: tuple[str, ...]
    show: Callable[..., str] = plain
    export: Callable[..., Any] | None = None
    sort: str = ""
    numeric: bool = False
    link: bool = False
    default: bool = True
    phone: bool = False
    expression: Any = None


def no_choices(user: Any) -> Sequence[tuple[str, Text]]:
    """The choices of a filter by a typed value."""
    return ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A narrowing by ticked values. `choices(user)` gives (value, label); `apply(rows, values)` narrows; unknown values are dropped.

    With `read` a value need not be among the choices: it gives the value's label, None for one that is unknown. With `input` (number,
    date or text) one value is typed instead of ticked.
    """

    name: str
    label: Text
    choices: Callable[[Any], Sequence[tuple[str, Text]]]
    apply: Callable[[models.QuerySet[Any], list[str]], models.QuerySet[Any]]
    read: Callable[[str], Text | None] | None = None
    input: str = ""


def ChoiceFilter(
    name: str,
    label: Text,
    *,
    field: str,
    choices: Callable[[Any], Iterable[tuple[Any, Text]]],
    empty: Any = "",
) -> Filter:
    """A filter on one field with its choices and 未填写; `empty` is what the field holds when nothing is filled in."""

    def with_none(user: Any) -> list[tuple[str, Text]]:
        return [(str(value), text) for value, text in choices(user)] + [(NONE, _("Not filled in"))]

    def apply(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
        known = [value for value in values if value != NONE]
        condition = models.Q(**{f"{field}__in": known}) if known else models.Q(pk__in=[])
        if NONE in values:
            condition |= (
                models.Q(**{f"{field}__isnull": True}) if empty is None else models.Q(**{field: empty})
            )
        return rows.filter(condition)

    return Filter(name, label, with_none, apply)


@dataclass(frozen=True, slots=True)
class View:
    """A tab above the list that ships with the product: a name and a query string."""

    label: Text
    query: str


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something to do with ticked rows: posts `ids` or `all` to `url_name`."""

    name: str
    label: Text
    icon: str
    url_name: str
    right: str
    method: str = "post"


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a record's page: leads to `url_name` with the record's id."""

    label: Text
    icon: str
    url_name: str
    right: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One block of a record's page; wide ones stand left, narrow ones right, each by `order`.

    `stats` are the block's short facts for the strip below the page's head: at most six over all blocks.
    """

    name: str
    title: Text
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    wide: bool = True
    order: int = 50
    stats: tuple[Figure, ...] = ()
    head: str = ""  # template of what stands beside the title
    whole: SafeString | None = None  # the block as it stands on the page, where it is made without a template


# Written out: a page has eight of them, which through a template are a tenth of its time.
_FRAME = (
    '<section class="fr-panel" id="panel-{1}"><header><h2>{0}</h2></header><div class="body">'
    '<a class="btn btn-quiet" hx-trigger="revealed" hx-target="closest section" hx-swap="outerHTML"'
    ' href="{2}panel/{1}/" hx-get="{2}panel/{1}/">{3}</a></div></section>'
).format


@dataclass(frozen=True, slots=True)
class Later:
    """Decorates the maker of a panel that comes when it is scrolled to: until then its frame is there, which costs no query.

    For what stands below the first screen or asks much. `stats` gives its figures for the strip at once, by a narrow query.
    """

    name: str
    title: Text
    wide: bool = True
    order: int = 50
    stats: Callable[[HttpRequest, Any], tuple[Figure, ...]] | None = None

    def __call__(self, maker: Callable[..., Any]) -> Callable[..., Any]:
        maker.later = self  # type: ignore[attr-defined]  # a function carries it
        return maker

    def frame(self, request: HttpRequest, thing: Any) -> Panel:
        """The panel until it comes."""
        stats = self.stats(request, thing) if self.stats else ()
        whole = SafeString(
            _FRAME(escape(str(self.title)), self.name, escape(request.path), escape(gettext("Show")))
        )
        return Panel(self.name, self.title, "", {}, self.wide, self.order, stats, whole=whole)


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a record's page with an address of its own, ?tab=name; the first one has no name."""

    name: str
    label: Text


class Record:
    """Declares one kind of record. Subclasses set the attributes and the four write methods, which call the room's services."""

    name: ClassVar[str]
    room: ClassVar[str]
    model: ClassVar[type[models.Model]]
    title: ClassVar[Text]
    title_one: ClassVar[Text]
    new_label: ClassVar[Text]
    icon: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    order: ClassVar[str] = "name_order"
    search: ClassVar[TextIndex | None] = None
    search_hint: ClassVar[Text] = ""
    form_class: ClassVar[type[forms.ModelForm[Any]]]
    views: ClassVar[tuple[View, ...]] = ()
    bulk: ClassVar[tuple[BulkAction, ...]] = ()
    actions: ClassVar[tuple[Action, ...]] = ()
    importer: ClassVar[RecordImporter | None] = None
    switch: ClassVar[
        tuple[tuple[Text, str, str], ...]
    ] = ()  # other ways to show the list: label, icon, url name
    empty_title: ClassVar[Text] = ""
    empty_text: ClassVar[Text] = ""
    print_template: ClassVar[str] = ""
    list_template: ClassVar[str] = "records/list.html"
    page_template: ClassVar[str] = "records/page.html"
    form_template: ClassVar[str] = "records/form.html"
    page_fields: ClassVar[tuple[str, ...]] = ()  # relations the page reads along
    one: ClassVar[PreparedThing | None] = (
        None  # finds the thing of a page in place of page_rows, by a statement kept
    )
    own_prefix: ClassVar[str] = ""  # names of columns and filters that a company made itself begin so

    def rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        """All rows in the user's reach."""
        return self.model._default_manager.visible_to(request.user)  # type: ignore[attr-defined,no-any-return]

    def page_rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Among which the page of one is found; without what only the list works out."""
        return self.rows(request).select_related(*self.page_fields)

    def own_columns(self, request: HttpRequest) -> Sequence[Column]:
        """Columns a company made itself; asked for only where one is shown or all may be chosen."""
        return ()

    def own_filters(self, request: HttpRequest) -> Sequence[Filter]:
        """Filters on what a company made itself; asked for only where one is set or all may be chosen."""
        return ()

    def context(self, request: HttpRequest, thing: Any) -> dict[str, Any]:
        """What a room's own page template needs besides the panels."""
        return {}

    def count_label(self, number: int) -> str:
        """How many rows, with the record's own counting word."""
        return ngettext("%(number)s row", "%(number)s rows", number) % {"number": f"{number:,}"}

    def subtitle(self, thing: Any) -> list[str]:
        """The facts beside the title of a record's page."""
        return []

    def tabs_of(self, thing: Any) -> Sequence[Tab]:
        """The tabs of a record's page, the first one without a name; none is a page without tabs."""
        return ()

    def words(self, request: HttpRequest, entries: Iterable[Any]) -> Mapping[str, Words]:
        """How the change history calls and shows what is no column of the record itself."""
        return {}

    def noted(self, entry: Any) -> str:
        """The note of an entry of the change history, in words."""
        return str(entry.note)

    def create(self, *, by: Any, **values: Any) -> Any:
        raise PermissionDenied(self.name)

    def change(self, thing: Any, *, by: Any, **values: Any) -> Any:
        raise PermissionDenied(self.name)

    def delete(self, thing: Any, *, by: Any) -> None:
        raise PermissionDenied(self.name)

    def restore(self, pk: int, *, by: Any) -> Any:
        raise PermissionDenied(self.name)

    def right(self, verb: str) -> str:
        return f"{self.room}.{verb}"


def may(request: HttpRequest, right: str) -> bool:
    """Whether who asks holds the right; the table of rights stands in the team room above."""
    user: Any = request.user
    return bool(user.may(right))


def require(request: HttpRequest, right: str) -> None:
    """Raises PermissionDenied (403) unless who asks holds the right."""
    if not may(request, right):
        raise PermissionDenied(right)


@cache
def get(name: str) -> Record:
    """The record of that name; raises KeyError when settings.RECORDS does not list it."""
    record: Record = import_string(settings.RECORDS[name])
    return record


def panels_of(record: Record, request: HttpRequest, thing: Any, tab: str = "") -> list[Panel]:
    """The panels of a record's page or of one of its tabs, from all rooms, in order; wiring stands in settings.RECORD_PANELS under
    "name" or "name:tab". A maker gives one panel, several or none; on the page without a tab those marked Later give their frame."""
    panels: list[Panel] = []
    for maker in _makers(f"{record.name}:{tab}" if tab else record.name):
        later = None if tab else _later(maker)
        made = later.frame(request, thing) if later else maker(request, thing)
        panels += made if isinstance(made, list) else [made] if made else []
    return sorted(panels, key=lambda panel: panel.order)


def later_panel(record: Record, request: HttpRequest, thing: Any, name: str) -> Panel | None:
    """A panel that the record's page only announced; None when it has nothing to say. Raises LookupError for another name."""
    for maker in _makers(record.name):
        if (later := _later(maker)) and later.name == name:
            made: Panel | None = maker(request, thing)
            return made
    raise LookupError(name)


def _makers(key: str) -> list[Callable[..., Any]]:
    return [import_string(path) for path in settings.RECORD_PANELS.get(key, [])]


def _later(maker: Callable[..., Any]) -> Later | None:
    return getattr(maker, "later", None)
