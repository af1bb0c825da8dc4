"""Head and body of a list's table as the page holds them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from furrow.kit.figures import NOTHING
from furrow.kit.marks import icon
from furrow.records.listing import Listing
from furrow.records.paging import Page
from furrow.records.record import Column, Tab


def table(listing: Listing, page_url_name: str) -> SafeString:
    """Head and body of the table. Built here column by column rather than in a template, and each distinct cell once: it is most
    of a list page's time."""
    page, columns = listing.page, listing.columns
    head, tail = reverse(page_url_name, args=[0]).rsplit("0", 1)
    shown: list[list[Any]] = []
    row = "<tr>"
    if listing.record.bulk:
        select = _escaped(_("Select"))
        row += (
            '<td class="tick"><input class="form-check-input" type="checkbox" name="ids" value="{}" data-tick'
            f' aria-label="{select} {{}}"></td>'
        )
        shown += [page.ids, page.ids]
    for column in columns:
        if column.link:
            row += f'<td class="{_cell_class(column)}"><a href="{head}{{}}{tail}">{{}}</a></td>'
            shown += [page.ids, _cells(column, page)]
        else:
            row += f'<td class="{_cell_class(column)}"{_cell_label(column)}>{{}}</td>'
            shown.append(_cells(column, page))
    body = "".join(map((row + "</tr>").format, *shown))
    return mark_safe(f"<thead>{_table_head(listing)}</thead><tbody>{body}</tbody>")  # noqa: S308  every value was escaped


def tab_links(tabs: Iterable[Tab], current: str, path: str) -> SafeString:
    """The tabs of a record's page."""
    drawn = []
    for tab in tabs:
        address = escape(f"{path}?tab={tab.name}" if tab.name else path)
        here = ' aria-current="page"' if tab.name == current else ""
        drawn.append(f'<a href="{address}" hx-get="{address}"{here}>{_escaped(tab.label)}</a>')
    return mark_safe("".join(drawn))  # noqa: S308  every value was escaped


def _cells(column: Column, page: Page) -> list[str]:
    """What a column shows in each row, escaped."""
    show = column.show
    given = list(zip(*[page.column(name) for name in column.fields], strict=True))
    known = {values: _cell(show(*values)) for values in set(given)}
    return [known[values] for values in given]


def _cell(text: Any) -> str:
    """On a phone, where cells have no head, a sign for nothing would say nothing."""
    return f'<span class="fr-none">{NOTHING}</span>' if text == NOTHING else _escaped(text)


def _escaped(text: Any) -> str:
    return text if hasattr(text, "__html__") else escape(str(text))


def _table_head(listing: Listing) -> str:
    every = _escaped(_("Select the whole page"))
    tick = f'<th class="tick"><input class="form-check-input" type="checkbox" data-tick-all aria-label="{every}"></th>'
    heads = "".join(_column_head(listing, column) for column in listing.columns)
    return f"<tr>{tick if listing.record.bulk else ''}{heads}</tr>"


def _column_head(listing: Listing, column: Column) -> str:
    """The label, leading to the list sorted by this column; sorted by it already, the other way round."""
    kind = ("n" if column.numeric else "") + ("" if column.phone or column.link else " wide")
    label, sorted_by, other_way = _escaped(column.label), "", column.sort
    if column.sort and listing.sort == column.sort:
        label, sorted_by, other_way = label + icon("chevron-up", 14), "ascending", f"-{column.sort}"
    elif column.sort and listing.sort == f"-{column.sort}":
        label, sorted_by = label + icon("chevron-down", 14), "descending"
    if column.sort:
        label = f'<a href="{_escaped(listing.changed(sort=other_way))}">{label}</a>'
    said = f' aria-sort="{sorted_by}"' if sorted_by else ""
    return f'<th class="{kind}"{said}>{label}</th>'


def _cell_label(column: Column) -> str:
    """On a phone a figure stands without its head, and says itself what it is."""
    if not (column.numeric and column.phone):
        return ""
    return f' data-label="{_escaped(column.label)}"'.replace("{", "{{").replace("}", "}}")


def _cell_class(column: Column) -> str:
    """On a phone the linked column leads, those marked for it follow, the others are left out."""
    if column.link:
        return "lead"
    kind = "n " if column.numeric else ""
    if not column.phone:
        return kind + "wide"
    return kind + ("mk" if column.name == "grade" else "")
