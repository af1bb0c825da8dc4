"""A fact of the card as its page shows it: the value, and the pen that edits it in place. Built here rather than in a template: a group
has a dozen of them, which is most of what its panel costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from furrow.kit.marks import icon, phone_links

LONG = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """One fact in words. Kinds: phone, lines (one thing on each), or none."""

    label: str
    words: str
    kind: str
    cell: SafeString

    @property
    def long(self) -> bool:
        """Whether it needs the whole width."""
        return self.kind == "lines" or len(self.words) > LONG or "\n" in self.words

    @property
    def row(self) -> str:
        """Label and cell as the list of facts holds them."""
        kind = ' class="long"' if self.long else ""
        return f"<div{kind}><dt>{escape(self.label)}</dt><dd>{self.cell}</dd></div>"


def rows(facts: Iterable[Shown]) -> SafeString:
    """The inside of a list of facts."""
    return mark_safe("".join([fact.row for fact in facts]))  # noqa: S308  label and cell are


class Cells:
    """Cells of one customer's facts, with pens for whoever may change them."""

    def __init__(self, customer_id: int, *, may_change: bool) -> None:
        self.head, self.tail = reverse("customers:fact", args=[customer_id, "-"]).rsplit("-", 1)
        self.may_change = may_change

    def address(self, path: str) -> str:
        """Where the fact is filled in."""
        return f"{self.head}{path}{self.tail}"

    def shown(self, path: str, label: str, words: str, kind: str) -> Shown:
        """The fact at a path of the card."""
        if not words:
            return Shown(label, words, kind, self._unknown(path, label))
        value = _value(words, kind)
        return Shown(label, words, kind, value + self._pen(path, label) if self.may_change else value)

    def _unknown(self, path: str, label: str) -> SafeString:
        text = _("Not filled in")
        if not self.may_change:
            return format_html('<span class="fr-3">{}</span>', text)
        said = text + pgettext("label and value", ": ") + label
        return self._link("fr-pen open", path, said, text)

    def _pen(self, path: str, label: str) -> SafeString:
        return self._link("fr-pen", path, _("Edit %(field)s") % {"field": label}, icon("pencil", 14))

    def _link(self, kind: str, path: str, said: str, inside: str) -> SafeString:
        return format_html(
            '<a class="{0}" href="{1}" hx-get="{1}" hx-target="closest dd" hx-swap="innerHTML" aria-label="{2}">{3}</a>',
            kind,
            self.address(path),
            said,
            inside,
        )


def _value(words: str, kind: str) -> SafeString:
    if kind == "phone":
        return phone_links(words)
    if kind == "lines":
        items = format_html_join("", "<li>{}</li>", ((line,) for line in words.splitlines()))
        return format_html('<ul class="fr-lines">{}</ul>', items)
    return mark_safe("<br>".join(map(escape, words.splitlines())))  # noqa: S308  every line was escaped
