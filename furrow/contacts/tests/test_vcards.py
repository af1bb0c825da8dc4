"""vCards in and out, and files made to hurt."""

from __future__ import annotations

import time

import pytest

from furrow.contacts.birthdays import Birthday, parse
from furrow.contacts.vcards import MOST_BYTES, MOST_CARDS, Card, CardError, card_text, read_cards

PLAIN = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nEND:VCARD\r\n"


def test_what_is_written_is_read_again() -> None:
    card = Card(
        "欧阳,小明;王",
        "店长\\采购",
        "顺达通讯（江汉路店）",
        ["13800001234", "027-85550000"],
        "a@b.cn",
        "wang_min",
        "",
        "第一行\n第二行，" * 20,
    )
    text = card_text(card, Birthday("lunar", 4, 3, 1974, leap=True))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (read,) = read_cards(text.encode())
    assert parse(read.birthday) == Birthday("lunar", 4, 3, 1974, leap=True)
    card.birthday = read.birthday
    assert read == card


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_birthday_of_the_common_calendar(version: str) -> None:
    text = card_text(Card("王敏"), Birthday("solar", 5, 12, 1980), version=version)
    assert parse(read_cards(text.encode())[0].birthday) == Birthday("solar", 5, 12, 1980)
    short = card_text(Card("王敏"), Birthday("solar", 5, 12), version=version)
    assert parse(read_cards(short.encode())[0].birthday) == Birthday("solar", 5, 12)


def test_an_old_phones_card_in_gb_and_quoted_printable() -> None:
    qp = "=CD=F5=\r\n=C3=F4"  # 王敏 in GB2312, with a soft line break
    text = f"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:{qp};;;;\r\nTEL;CELL;VOICE:138-0000-1234\r\nEND:VCARD\r\n"
    (card,) = read_cards(text.encode())
    assert card.name == "王敏" and card.phones == ["138-0000-1234"]


def test_a_file_in_gb18030() -> None:
    assert read_cards(PLAIN.format("王敏").encode("gb18030"))[0].name == "王敏"


def test_names_from_their_parts_groups_and_quoted_parameters() -> None:
    text = 'BEGIN:VCARD\nN:欧阳;小明;;;\nitem1.TEL;TYPE="cell:work";PREF=1:13800001234\nTEL;TYPE=fax:02785550000\nORG:顺达;二部\nEND:VCARD\n'
    (card,) = read_cards(text.encode())
    assert (card.name, card.phones, card.organization) == ("欧阳小明", ["13800001234"], "顺达")
    assert read_cards(b"BEGIN:VCARD\nN:Smith;Ann\nEND:VCARD")[0].name == "Ann Smith"


def test_photos_are_passed_over() -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["A" * 70] * 20_000)
    text = PLAIN.format("王敏").replace("END:", f"{photo}\r\nTEL:13800001234\r\nEND:", 1)
    (card,) = read_cards(text.encode())
    assert card.phones == ["13800001234"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1000,
        b"hello",
        b"BEGIN:VCARD\nEND:VCARD\n",
        b"BEGIN:VCARD\nFN:x\n",  # never ended
        b"BEGIN:VCARD\n" * 50_000,  # nested without end
        b"BEGIN:VCARD\nAGENT:" + b"BEGIN:VCARD\\n" * 10_000 + b"\nEND:VCARD",
        b"END:VCARD\n" * 1000,
        PLAIN.format("王").encode() * (MOST_CARDS + 1),
        b"a" * (MOST_BYTES + 1),
        b"FN:" + b" \r\n " * 100_000,
        b"\xff\xfe" + b"\xd8\x00" * 1000,
        b";" * 100_000 + b":x",
        b"N;ENCODING=BASE64:!!!!\n",
    ],
    ids=lambda data: repr(data[:14]),
)
def test_bombs_and_rubbish_are_refused_in_a_sentence(data: bytes) -> None:
    started = time.process_time()
    with pytest.raises(CardError):
        read_cards(data)
    assert time.process_time() - started < 5


def test_texts_are_cut_and_cleaned() -> None:
    text = (
        "BEGIN:VCARD\nFN:王\u202e敏\x07👍"
        + "长" * 500
        + "\n"
        + "TEL:1\n" * 50
        + "NOTE:"
        + "x" * 9000
        + "\nEND:VCARD"
    )
    (card,) = read_cards(text.encode())
    assert card.name.startswith("王敏👍") and len(card.name) == 60
    assert len(card.phones) == 5 and len(card.note) == 1000


def test_injected_line_breaks_stay_inside_their_field() -> None:
    text = card_text(Card("王敏\r\nTEL:110", note="x\nEND:VCARD"), None)
    assert text.split("\r\n").count("END:VCARD") == 1 and "\r\nTEL" not in text
