"""Template tags of the house; built in, so templates need no {% load %}. The mark-up stands in marks.py and kit/field.html."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ChoiceField,
    Field,
    FileInput,
    Form,
    ModelChoiceField,
    RadioSelect,
    Select,
)
from django.template.base import FilterExpression, Parser, Token
from django.utils.choices import BlankChoiceIterator
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from furrow.kit import figures, marks
from furrow.kit.figures import NOTHING
from furrow.kit.flash import Flash, flash_of

register = template.Library()

for name in (
    "day", "short_day", "day_words", "weekday", "clock", "moment", "ago", "number", "thousands", "money", "percent", "change",
    "minutes_words", "hours", "km", "listed", "bracketed",
):  # fmt: skip
    register.filter(name, getattr(figures, name))

register.filter(marks.phone_links)

for name in ("icon", "grade", "tag", "due", "ring", "bar", "seg", "stat", "stats", "facts"):
    register.simple_tag(getattr(marks, name), name=name)


class Once(template.Node):
    """The inside of a {% once %} block."""

    child_nodelists = ("inside",)

    def __init__(self, inside: template.NodeList, on: list[FilterExpression]) -> None:
        self.inside, self.on = inside, on
        self.known: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (get_language(), *[value.resolve(context) for value in self.on])
        text = self.known.get(key)
        if text is None:
            text = self.known[key] = self.inside.render(context)
        return text


@register.tag
def once(parser: Parser, token: Token) -> Once:
    """{% once user.role %}…{% endonce %}: a part of the page that depends on nothing but the language and the values named,
    made once per process for each of them. They must be few (a role, a theme, a kind of record): nothing of a company's data,
    and no right that does not follow from the role."""
    on = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    inside = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(inside, on)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value under a key that is itself a variable; None when there is none."""
    return mapping.get(key)


@register.simple_tag
def flash(message: Any) -> Flash:
    """Text, kind and action of a message of Django's messages framework."""
    return flash_of(message)


def _class_of(widget: Any) -> str:
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


@register.inclusion_tag("kit/field.html")
def field(bound: BoundField, **attrs: Any) -> dict[str, Any]:
    """One form field: label above, (optional) said, help or errors below and read out with the input."""
    widget = bound.field.widget
    _short_blank(bound.field)
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    described = f"{bound.id_for_label or bound.auto_id}_note"
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    own = str(widget.attrs.get("class", ""))
    given["class"] = f"{_class_of(widget)} {own} {given.get('class', '')}".strip()
    if bound.errors or bound.help_text:
        given["aria-describedby"] = described
    if bound.errors:
        given["aria-invalid"] = "true"
    return {
        "field": bound,
        "input": bound.as_widget(attrs=given),
        "described": described,
        "group": group,
        "check": isinstance(widget, CheckboxInput),
        "file": isinstance(widget, FileInput),
        "optional": not bound.field.required
        and not isinstance(widget, CheckboxInput)
        and not bound.field.disabled,
    }


def _short_blank(asked: Field) -> None:
    """Nothing chosen is a dash, as everywhere, not Django's nine."""
    nothing = BLANK_CHOICE_DASH[0]
    if isinstance(asked, ModelChoiceField):
        asked.empty_label = NOTHING if asked.empty_label == nothing[1] else asked.empty_label
    elif isinstance(asked, ChoiceField) and isinstance(asked.choices, BlankChoiceIterator):
        asked.choices = [("", NOTHING) if choice == nothing else choice for choice in asked.choices]


@register.inclusion_tag("kit/form_fields.html")
def form_fields(form: Form) -> dict[str, Form]:
    """All fields of a form with its own errors above; the <form> element, token and buttons are the page's."""
    return {"form": form}


@register.simple_tag
def dot() -> SafeString:
    """The drawn separator between two facts."""
    return marks.DOT
