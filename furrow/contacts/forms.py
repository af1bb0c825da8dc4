"""Parses and validates what people type about contacts; saving is the services' business."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.attachments.models import Attachment
from furrow.contacts import birthdays
from furrow.contacts.answers import LONGEST_ANSWER
from furrow.contacts.birthdays import Birthday
from furrow.contacts.catalogue import GROUPS, Question, questions
from furrow.contacts.models import ConsentWay, Contact, ContactRole, ErasureGround
from furrow.customers.models import Customer
from furrow.customers.queries import customer_called
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import sees_all
from furrow.team.models import User

_PHONE = re.compile(r"^[0-9+()\-–# 转、/;；,，]{5,100}$")
_WECHAT = re.compile(r"^[\w.\-@+]{2,40}$")


def one_line(value: Any) -> str:
    """Text without invisible characters and line breaks, spaces made single."""
    return " ".join(clean_text(str(value or "")).split())


class CustomerField(forms.CharField):
    """A customer in reach, by code or name: "C-000012 顺达通讯". Gives the Customer or None; set `user` before cleaning."""

    user: User | None = None
    widget = forms.TextInput(attrs={"list": "customers-found", "autocomplete": "off", "maxlength": "170"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value.code} {value.name}" if isinstance(value, Customer) else value

    def clean(self, value: Any) -> Customer | None:
        text = one_line(super().clean(value))
        if not text or self.user is None:
            return None
        found = customer_called(Customer.objects.visible_to(self.user), text)
        if found is None:
            raise forms.ValidationError(
                _("No such customer. Choose one of the list that opens while typing.")
            )
        return found


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A contact; a new one with its first customer. The birthday is one field, as people say it."""

    customer = CustomerField(label=_("Customer"), required=False)
    role = forms.ChoiceField(
        label=pgettext_lazy("contact", "Role"),
        choices=ContactRole.choices,
        initial=ContactRole.BUSINESS,
        required=False,
    )
    is_main = forms.BooleanField(label=_("Main contact"), required=False)
    birthday = forms.CharField(
        label=_("Birthday"),
        required=False,
        max_length=40,
        help_text=_("1980-05-12 or 05-12; by the lunar calendar 农历八月十五 or 农历1975年闰四月初三"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Contact
        fields = ("name", "position", "phone", "wechat", "email", "best_time", "note")
        help_texts = {
            "phone": _("Several numbers: separate them with a space"),
            "best_time": _("For example: workdays after 15:00, not on settlement days"),
        }
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "wechat": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer: Any = self.fields["customer"]
        customer.user = user
        customer.required = not self.instance.pk and not sees_all(user)
        if self.instance.pk:
            for name in ("customer", "role", "is_main"):
                del self.fields[name]
            self.initial["version"] = self.instance.version
            birthday = self.instance.birthday
            self.initial["birthday"] = birthday.written() if birthday else ""

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data.get("name"))
        if not name:
            raise forms.ValidationError(_("Fill in the contact's name"))
        return name

    def clean_phone(self) -> str:
        phone = one_line(self.cleaned_data.get("phone"))
        if phone and not _PHONE.match(phone):
            raise forms.ValidationError(_("This does not look like a phone number. Use digits, + and -"))
        if re.fullmatch(r"1[0-9]{8,9}|1[0-9]{11,12}", phone):
            raise forms.ValidationError(
                _("A mobile number has 11 digits; this one has %(digits)s"), params={"digits": len(phone)}
            )
        return phone

    def clean_wechat(self) -> str:
        wechat = one_line(self.cleaned_data.get("wechat"))
        if wechat and not _WECHAT.match(wechat):
            raise forms.ValidationError(_("A WeChat id holds letters, digits, - and _ only"))
        return wechat

    def clean_birthday(self) -> Birthday | None:
        return checked_birthday(one_line(self.cleaned_data.get("birthday")))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("position", "best_time"):
            if name in data:
                data[name] = one_line(data[name])
        data["note"] = clean_text(data.get("note") or "")
        if "birthday" in data:
            data |= birth_values(data.pop("birthday"))
        if "role" in self.fields:
            data["role"] = data.get("role") or ContactRole.BUSINESS
        return data


def checked_birthday(text: str) -> Birthday | None:
    """The birthday written in `text`; raises ValidationError for a day that does not exist or lies in the future."""
    try:
        birthday = birthdays.parse(text)
        if birthday is not None:
            birthday.check(timezone.localdate())
    except birthdays.NoBirthday as error:
        raise forms.ValidationError(str(error)) from error
    return birthday


def birth_values(birthday: Birthday | None) -> dict[str, Any]:
    """The columns of a birthday."""
    return {
        "birth_calendar": birthday.calendar if birthday else "",
        "birth_year": birthday.year if birthday else None,
        "birth_month": birthday.month if birthday else None,
        "birth_day": birthday.day if birthday else None,
        "birth_leap": birthday.leap if birthday else False,
    }


class LinkForm(forms.Form):
    """What a contact does at one more customer."""

    customer = CustomerField(label=_("Customer"))
    role = forms.ChoiceField(
        label=pgettext_lazy("contact", "Role"), choices=ContactRole.choices, initial=ContactRole.BUSINESS
    )
    is_main = forms.BooleanField(label=_("Main contact"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer: Any = self.fields["customer"]
        customer.user = user


class AnswerForm(forms.Form):
    """One answer; which question is chosen from those that may be asked."""

    question = forms.ChoiceField(label=_("Question"))
    text = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=LONGEST_ANSWER,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, asked: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["question"]
        by_group = [
            (label, [(question.code, question.label) for question in asked if question.group == group])
            for group, label in reversed(GROUPS.items())
        ]
        choices.choices = [(label, rows) for label, rows in by_group if rows]

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data.get("text") or "")

    def clean_question(self) -> Question:
        return questions()[self.cleaned_data["question"]]


class ConsentForm(forms.Form):
    """What a contact agreed to: the wording is what was put before them."""

    questions = forms.MultipleChoiceField(label=_("Questions agreed to"), widget=forms.CheckboxSelectMultiple)
    wording = forms.CharField(
        label=_("Wording"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The words the contact agreed to, as they read or heard them"),
    )
    way = forms.ChoiceField(label=_("Given"), choices=ConsentWay.choices)
    given_on = forms.DateField(
        label=_("Given on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=200,
        help_text=_("Where it can be looked up: file number, message, witness"),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked: Any = self.fields["questions"]
        asked.choices = choices

    def clean_wording(self) -> str:
        return clean_text(self.cleaned_data["wording"])

    def clean_evidence(self) -> str:
        return one_line(self.cleaned_data["evidence"])

    def clean_questions(self) -> list[Question]:
        known = questions()
        return [known[code] for code in self.cleaned_data["questions"]]


class PurposeForm(forms.Form):
    """Why a sensitive question is needed."""

    purpose = forms.CharField(label=_("Purpose"), max_length=200)

    def clean_purpose(self) -> str:
        return one_line(self.cleaned_data["purpose"])


class EraseForm(forms.Form):
    """Why, and the contact's name typed once more; of the files nothing can search, which show the person, and that all were looked at:
    what is ticked before there were `added` ones does not count for these."""

    showing = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        error_messages={
            "invalid_choice": _("A file that was ticked is gone meanwhile. Look at the list again.")
        },
    )
    looked_through = forms.BooleanField(label=_("I have looked through all of them"))
    ground = forms.ChoiceField(label=_("Why"), choices=ErasureGround.choices)
    name = forms.CharField(label=_("Type the name to confirm"), max_length=60)

    def __init__(
        self,
        data: Any = None,
        *,
        contact: Contact,
        unread: list[Attachment],
        added: Collection[Attachment] = (),
    ) -> None:
        if added and data is not None:
            data = data.copy()
            data.pop("looked_through", None)
        super().__init__(data)
        self.contact = contact
        showing: Any = self.fields["showing"]
        showing.choices = [(str(file.pk), file.name) for file in unread]
        if not unread:
            del self.fields["looked_through"]

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if name != self.contact.name:
            raise forms.ValidationError(_("This is not the name of the contact"))
        return name


class CardFileForm(forms.Form):
    """A vCard file to import."""

    file = forms.FileField(
        label=_("vCard file"), widget=forms.FileInput(attrs={"accept": ".vcf,.vcard,text/vcard"})
    )
