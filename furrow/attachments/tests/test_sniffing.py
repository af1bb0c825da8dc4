"""What a file is, told by its bytes; what is refused; previews without the original's secrets."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from PIL import Image

from furrow.attachments import sniffing
from furrow.attachments.sniffing import JPEG, PDF, PNG, TEXT, WEBP, Unfit, clean_name, kind_of, previews_of
from furrow.attachments.tests.things import picture


def packed(members: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    out.seek(0)
    return out


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


def test_kinds_that_are_taken() -> None:
    assert kind_of(picture()) is JPEG
    assert kind_of(picture(form="PNG")) is PNG
    assert kind_of(picture(form="WEBP")) is WEBP
    assert kind_of(io.BytesIO(b"%PDF-1.7\n...")) is PDF
    assert kind_of(io.BytesIO("合同第一条：付款".encode())) is TEXT
    assert kind_of(io.BytesIO("合同第一条：付款".encode("gb18030"))) is TEXT
    assert kind_of(packed(DOCX)).ending == "docx"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script></html>", "not taken"),
        (b"  \n<!DOCTYPE html><p>", "not taken"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not taken"),
        (b"harmless words\n<script src=x></script>", "not taken"),
        (b"MZ\x90\x00\x03", "not taken"),
        (b"\x7fELF\x02\x01", "not taken"),
        (b"GIF89a\x01\x00\x01\x00\x00", "not taken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not taken"),
        (b"\xff\xd8\xff\xe0broken", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "damaged"),
        (b"PK\x03\x04broken", "damaged"),
    ],
)
def test_what_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Unfit) as caught:
        kind_of(io.BytesIO(content))
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"a.txt": b"1"}, "not taken"),
        ({**DOCX, "word/vbaProject.bin": b"x"}, "macros"),
        ({**DOCX, "word/evil.html": b"x"}, "macros"),
        ({**DOCX, "word/media/bomb.xml": b"\x00" * 40_000_000}, "unpacks to too much"),
        ({**DOCX, **{f"word/{number}": b"" for number in range(6000)}}, "unpacks to too much"),
    ],
)
def test_packed_documents(members: dict[str, bytes], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniffing, "MOST_UNPACKED", 30_000_000)
    with pytest.raises(Unfit) as caught:
        kind_of(packed(members))
    assert said in caught.value.message


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    """A PNG of 60,000 × 60,000 pixels in a few bytes: header only."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
        )

    header = (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(Unfit) as caught:
        kind_of(io.BytesIO(bomb))
    assert "too many pixels" in caught.value.message or "damaged" in caught.value.message


def test_previews_are_upright_small_and_without_place_or_tail() -> None:
    image = Image.new("RGB", (4000, 2000), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    out.write(b"<script>alert('tail')</script>")
    assert b"SecretMaker" in out.getvalue()
    made, size = previews_of(out)
    assert size == (2000, 4000)
    for name, edge in sniffing.PREVIEW_EDGES.items():
        content = made[name]
        assert b"SecretMaker" not in content and b"<script>" not in content and b"Exif" not in content
        with Image.open(io.BytesIO(content)) as small:
            assert small.size == (edge // 2, edge)
            assert not small.getexif()


def test_transparent_and_palette_pictures_get_a_preview() -> None:
    for mode in ("RGBA", "LA", "P", "I;16", "1"):
        out = io.BytesIO()
        Image.new(mode, (30, 30)).save(out, "PNG")
        assert previews_of(out)[1] == (30, 30), mode


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/合同.exe", "合同.pdf"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("photo\u202egpj.exe", "photogpj.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
        ("", "File.pdf"),
        (".htaccess", "File.pdf"),
        ("...", "File.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("2026.11 合同 v1.2.pdf", "2026.11 合同 v1.2.pdf"),
    ],
)
def test_names(name: str, kept: str) -> None:
    assert clean_name(name, PDF) == kept
