"""vCard in and out: RFC 6350 (4.0) and RFC 2426 (3.0) are written; those and 2.1 as old phones write it are read. Pure.

A reader of its own: vobject has had one release in three years, reads no GB text and keeps whole photos; what a contact needs of a card
is small. Everything else in a file (photos, sounds, keys, nested cards) is passed over without being decoded.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from furrow.contacts.birthdays import Birthday, Calendar
from furrow.kit.sheets.cells import clean_text

MOST_BYTES, MOST_CARDS = 5 * 1024 * 1024, 2000
_LONGEST_LINE = 8000  # characters of one property that are looked at; photos are longer and passed over
_FOLD_BYTES = 75
_LUNAR = "X-FURROW-LUNAR-BIRTHDAY"
_WANTED = {
    "FN",
    "N",
    "ORG",
    "TITLE",
    "ROLE",
    "TEL",
    "EMAIL",
    "BDAY",
    "NOTE",
    "IMPP",
    "X-WECHAT",
    "X-SOCIALPROFILE",
    _LUNAR,
}
_ENCODINGS = ("utf-8-sig", "gb18030")


class CardError(ValueError):
    """The file cannot be read as vCards; the text says what to do."""


@dataclass
class Card:
    """What one card says about a person; texts are cleaned."""

    name: str = ""
    position: str = ""
    organization: str = ""
    phones: list[str] = field(default_factory=list)
    email: str = ""
    wechat: str = ""
    birthday: str = ""
    note: str = ""


# Reading ----------------------------------------------------------------------------------------


def read_cards(data: bytes) -> list[Card]:
    """The cards of a file that name somebody. Raises CardError for a file that is too large, holds no card, or too many."""
    if len(data) > MOST_BYTES:
        raise CardError(
            _("The file is larger than %(limit)s MB. Leave photos out when exporting.")
            % {"limit": MOST_BYTES >> 20}
        )
    cards: list[Card] = []
    card: Card | None = None
    depth = 0
    for name, parameters, value in _properties(_unfolded(_text(data))):
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            depth += 1
            card = Card() if depth == 1 else card
        elif name == "END" and value.strip().upper() == "VCARD" and depth:
            depth -= 1
            if depth == 0 and card is not None:
                if card.name:
                    cards.append(card)
                card = None
            if len(cards) > MOST_CARDS:
                raise CardError(
                    _("The file holds more than %(most)s cards. Split it.") % {"most": f"{MOST_CARDS:,}"}
                )
        elif card is not None and depth == 1 and name in _WANTED:
            _take(card, name, parameters, _decoded(parameters, value))
    if not cards:
        raise CardError(
            _("There is no vCard with a name in this file. Export the contacts as .vcf and try again.")
        )
    return cards


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _unfolded(text: str) -> Iterator[str]:
    """Logical lines: continued ones start with a space or tab; in 2.1 a quoted-printable line ends with =."""
    parts: list[str] = []
    length, soft = 0, False
    for line in re.split(r"\r\n|\r|\n", text):
        if parts and (soft or line[:1] in (" ", "\t")):
            piece = line if soft else line[1:]
        else:
            if parts:
                yield "".join(parts)
            parts, length, piece = [], 0, line
        soft = piece.endswith("=") and "QUOTED-PRINTABLE" in (parts[0] if parts else piece)[:200].upper()
        if soft:
            piece = piece[:-1]
        if length < _LONGEST_LINE:
            parts.append(piece[: _LONGEST_LINE - length])
        length += len(piece)
    if parts:
        yield "".join(parts)


def _properties(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, str], str]]:
    """(name, parameters, raw value); groups (item1.TEL) are dropped."""
    for line in lines:
        head, colon, value = _split_head(line)
        if not colon:
            continue
        name, *rest = head.split(";")
        parameters: dict[str, str] = {}
        for part in rest[:20]:
            key, equals, given = part.partition("=")
            if not equals:  # 2.1 writes bare types
                key, given = (
                    ("ENCODING", key) if key.upper() in {"QUOTED-PRINTABLE", "BASE64"} else ("TYPE", key)
                )
            key = key.strip().upper()
            parameters[key] = f"{parameters[key]},{given}" if key in parameters else given.strip('"')
        yield name.rpartition(".")[2].strip().upper(), parameters, value


def _split_head(line: str) -> tuple[str, str, str]:
    """Name with parameters, colon, value; a colon inside quotes belongs to a parameter."""
    quoted = False
    for at, char in enumerate(line[:1000]):
        if char == '"':
            quoted = not quoted
        elif char == ":" and not quoted:
            return line[:at], ":", line[at + 1 :]
    return line, "", ""


def _decoded(parameters: dict[str, str], value: str) -> str:
    encoding = parameters.get("ENCODING", "").upper()
    if encoding == "QUOTED-PRINTABLE":
        raw = quopri.decodestring(value.encode("utf-8", "replace"))
    elif encoding in {"B", "BASE64"}:
        try:
            raw = binascii.a2b_base64(value.encode("ascii", "ignore"))
        except binascii.Error:
            return ""
    else:
        return value
    wanted = parameters.get("CHARSET", "utf-8").lower()
    for charset in ("gb18030" if wanted.startswith("gb") else "utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _plain(value: str) -> str:
    """An unescaped text."""
    text = re.sub(r"\\([nN,;:\\])", lambda found: "\n" if found[1] in "nN" else found[1], value)
    return clean_text(text)


def _fields(value: str) -> list[str]:
    return [_plain(part) for part in re.split(r"(?<!\\);", value)]


def _take(card: Card, name: str, parameters: dict[str, str], value: str) -> None:
    if name == "FN":
        card.name = _plain(value)[:60] or card.name
    elif name == "N":
        card.name = card.name or _written_together(value)
    elif name == "ORG":
        card.organization = _fields(value)[0][:120]
    elif name == "TEL":
        _take_number(card, parameters, value)
    elif name == "BDAY":
        card.birthday = card.birthday or _plain(value)[:40]
    elif name == _LUNAR:
        card.birthday = _plain(value)[:40]
    elif name in _FIRST_COUNTS:
        attribute, limit = _FIRST_COUNTS[name]
        setattr(card, attribute, getattr(card, attribute) or _plain(value)[:limit])
    else:
        _take_wechat(card, name, parameters, value)


_FIRST_COUNTS = {
    "TITLE": ("position", 60),
    "ROLE": ("position", 60),
    "EMAIL": ("email", 120),
    "NOTE": ("note", 1000),
}


def _written_together(value: str) -> str:
    """Family and given name as their script writes them."""
    family, given = ([*_fields(value), "", ""])[:2]
    western = (family + given).isascii()
    return (f"{given} {family}" if western else family + given).strip()[:60]


def _take_number(card: Card, parameters: dict[str, str], value: str) -> None:
    number = _plain(value.removeprefix("tel:"))[:40]
    if number and "FAX" not in parameters.get("TYPE", "").upper() and len(card.phones) < 5:
        card.phones.append(number)


def _take_wechat(card: Card, name: str, parameters: dict[str, str], value: str) -> None:
    hint = f"{parameters.get('TYPE', '')} {parameters.get('X-SERVICE-TYPE', '')} {value[:10]}".lower()
    if name == "X-WECHAT" or "wechat" in hint or "weixin" in hint:
        card.wechat = _plain(re.sub(r"^(?:wechat|weixin|x-apple):", "", value, flags=re.IGNORECASE))[:40]


# Writing ----------------------------------------------------------------------------------------


def card_text(card: Card, birthday: Birthday | None, *, version: str = "4.0") -> str:
    """One vCard, lines folded at 75 octets and ended by CRLF, text in UTF-8. A lunar birthday also goes into a field of our own: the
    standard knows only the common calendar."""
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"FN:{_escaped(card.name)}", f"N:{_escaped(card.name)};;;;"]
    if card.organization:
        lines.append(f"ORG:{_escaped(card.organization)}")
    if card.position:
        lines.append(f"TITLE:{_escaped(card.position)}")
    kind = "cell" if version == "4.0" else "CELL"
    lines += [f"TEL;TYPE={kind}:{_escaped(number)}" for number in card.phones]
    if card.email:
        lines.append(f"EMAIL:{_escaped(card.email)}")
    if card.wechat:
        lines.append(f"X-WECHAT:{_escaped(card.wechat)}")
    if birthday is not None:
        lines += _birthday_lines(birthday, version)
    if card.note:
        lines.append(f"NOTE:{_escaped(card.note)}")
    return "".join(_folded(line) for line in [*lines, "END:VCARD"])


def _birthday_lines(birthday: Birthday, version: str) -> list[str]:
    lines = []
    born = birthday.born_on()
    if born is not None:
        lines.append(f"BDAY:{born:%Y%m%d}" if version == "4.0" else f"BDAY:{born:%Y-%m-%d}")
    elif birthday.calendar == Calendar.SOLAR:
        lines.append(f"BDAY:--{birthday.month:02}{birthday.day:02}")
    if birthday.calendar == Calendar.LUNAR:
        lines.append(f"{_LUNAR}:{_escaped(birthday.written())}")
    return lines


def _escaped(text: str) -> str:
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> str:
    """At most 75 octets a line, never within a character."""
    parts, room, part = [], _FOLD_BYTES, ""
    for char in line:
        size = len(char.encode())
        if size > room:
            parts.append(part)
            part, room = " ", _FOLD_BYTES - 1
        part += char
        room -= size
    return "\r\n".join([*parts, part]) + "\r\n"
