"""What a file really is, told by its bytes, never by its name. Pure: no database, no settings."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 80_000_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_MEMBERS = 5_000
HEAD = 4096
PREVIEW_EDGES = {"thumb": 320, "view": 1600}


class Unfit(ValueError):
    """A file that is not taken; `message` says why, in the active language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: its media type and the ending its name gets."""

    media_type: str
    ending: str
    is_picture: bool = False

    @property
    def is_sound(self) -> bool:
        """A spoken note."""
        return self.media_type.startswith("audio/")


JPEG, PNG, WEBP = (
    Kind("image/jpeg", "jpg", True),
    Kind("image/png", "png", True),
    Kind("image/webp", "webp", True),
)
PDF = Kind("application/pdf", "pdf")
WEBM, OGG, M4A = Kind("audio/webm", "webm"), Kind("audio/ogg", "ogg"), Kind("audio/mp4", "m4a")
TEXT = Kind("text/plain", "txt")
OFFICE = {
    "word/": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
PILLOW_FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|meta|link)\b", re.IGNORECASE
)


def kind_of(file: IO[bytes]) -> Kind:
    """The kind of an open file. Raises Unfit for an empty one, a damaged picture, a packed bomb, and every kind that is not taken."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Unfit(_("The file is empty"))
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    ):
        return _picture(file)
    if sound := _sound(head):
        return sound
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if _is_text(head) and not _MARKUP.search(head):
        return TEXT
    raise _not_taken()


def _sound(head: bytes) -> Kind | None:
    """What browsers record spoken notes in: WebM, Ogg or MP4; they are only ever played or saved as sound."""
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return WEBM
    if head.startswith(b"OggS"):
        return OGG
    return M4A if head[4:8] == b"ftyp" else None


def _not_taken() -> Unfit:
    return Unfit(
        _(
            "This kind of file is not taken. Pictures (JPEG, PNG, WebP), PDF, Word, Excel, PowerPoint, plain text and spoken notes are."
        )
    )


def _picture(file: IO[bytes]) -> Kind:
    image = open_picture(file)
    return PILLOW_FORMATS[str(image.format)]


def open_picture(file: IO[bytes]) -> Image.Image:
    """The picture, its size checked before a pixel is unpacked. Raises Unfit for one too large, damaged or of another format."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  slow to import, and no page needs it

    file.seek(0)
    try:
        image = Image.open(file, formats=["JPEG", "PNG", "WEBP"])
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise Unfit(
                _(
                    "The picture has too many pixels: %(width)d × %(height)d. Make it smaller and choose it again."
                )
                % {"width": width, "height": height}
            )
        image.load()
    except Unfit:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
    ) as error:
        raise Unfit(_("The picture is damaged. Take or save it again.")) from error
    return image


def _office(file: IO[bytes]) -> Kind:
    """A document of Word, Excel or PowerPoint without macros that unpacks to a sound size."""
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
    # zipfile raises NotImplementedError for ways to pack it does not know, RuntimeError for passwords
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unfit(_("The file is damaged. Save it again.")) from error
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unfit(_("The file unpacks to too much. Split it and choose the parts."))
    if any(
        name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".html", ".htm", ".svg")) for name in names
    ):
        raise Unfit(_("The document holds a program (macros). Save it without and try again."))
    kind = next(
        (kind for folder, kind in OFFICE.items() if any(name.startswith(folder) for name in names)), None
    )
    if kind is None or "[Content_Types].xml" not in names:
        raise _not_taken()
    return kind


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end amid a character
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return all(char.isprintable() or char in "\r\n\t\f\ufeff\u3000" for char in text)
    return False


def previews_of(file: IO[bytes]) -> tuple[dict[str, bytes], tuple[int, int]]:
    """Name -> JPEG of a picture turned upright, without any of the original's bytes or notes (EXIF, place, colour profile); and the
    upright size. Raises Unfit."""
    from PIL import Image, ImageOps  # noqa: PLC0415  as above

    upright: Any = ImageOps.exif_transpose(open_picture(file))
    if upright.mode not in ("RGB", "L"):
        rgba = upright.convert("RGBA")
        ground = Image.new("RGB", rgba.size, "white")
        ground.paste(rgba, mask=rgba.getchannel("A"))
        upright = ground
    made = {}
    for name, edge in PREVIEW_EDGES.items():
        small = upright.copy()
        small.thumbnail((edge, edge))
        clean = Image.new(small.mode, small.size)
        clean.paste(small)
        out = io.BytesIO()
        clean.save(out, "JPEG", quality=82, optimize=True)
        made[name] = out.getvalue()
    return made, upright.size


# Names ------------------------------------------------------------------------------------------

LONGEST_NAME = 120
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def clean_name(name: str, kind: Kind) -> str:
    """The last part of a name, without signs of control or direction, with the ending of what the file is.

    >>> clean_name("../../etc/合同.exe", PDF)
    '合同.pdf'
    """
    last = re.split(r"[\\/]", name)[-1]
    bare = "".join(
        char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )
    bare = " ".join(_FORBIDDEN.sub("", unicodedata.normalize("NFC", bare)).split())
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", bare).strip(" .")[:LONGEST_NAME]
    return f"{stem or _('File')}.{kind.ending}"
