"""The keys that seal answers, kept outside the database, and sealing itself: AES-256-GCM, bound to contact and question (P1.5).

Keys come from settings.ANSWER_KEYS (`id:key` pairs, for containers) or from the file settings.ANSWER_KEYS_FILE, one `id key` a line, the
one in use first. A key is 32 random bytes in URL-safe base64. The file is only accepted when nobody but its owner can read it.
A sealed answer is its nonce (12 bytes) and the ciphertext; contact and question are authenticated with it, so that a sealed answer
moved to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

NONCE_BYTES, KEY_BYTES = 12, 32
_ID = re.compile(r"[a-z0-9]{1,16}", re.ASCII)


class VaultError(Exception):
    """Answers cannot be sealed or opened now; the text tells an administrator what to do."""


@dataclass(frozen=True)
class Keys:
    """The known keys by id; `current` seals, all of them open."""

    current: str
    known: dict[str, bytes]


def keys() -> Keys:
    """The keys in force; a changed file is read anew. Raises VaultError when there are none or the file is open to others."""
    if settings.ANSWER_KEYS:
        return _parsed(settings.ANSWER_KEYS.replace(":", " ").replace(",", "\n"))
    path = keys_file()
    try:
        known = path.stat()
    except OSError as error:
        raise VaultError(
            _(
                "The key for answers about people is missing: %(path)s. Put it back, or make one with furrow keys create."
            )
            % {"path": path}
        ) from error
    return _read(path, known.st_mtime_ns, known.st_size, known.st_ino, known.st_mode)


def is_ready() -> bool:
    """Whether answers can be sealed and opened."""
    try:
        keys()
    except VaultError:
        return False
    return True


def keys_file() -> Path:
    """Where the key file lies."""
    return Path(settings.ANSWER_KEYS_FILE)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int, inode: int, mode: int) -> Keys:
    """By what tells one state of the file from another, so that every process sees a rotation at once."""
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise VaultError(
            _("Others on this machine can read the key file %(path)s. Take that away: chmod 600.")
            % {"path": path}
        )
    try:
        return _parsed(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(_("The key file %(path)s cannot be read.") % {"path": path}) from error


def _parsed(text: str) -> Keys:
    known: dict[str, bytes] = {}
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            key = base64.urlsafe_b64decode(words[1].encode())
        except (IndexError, binascii.Error) as error:
            raise VaultError(_unreadable()) from error
        if not _ID.fullmatch(words[0]) or len(key) != KEY_BYTES or words[0] in known:
            raise VaultError(_unreadable())
        known[words[0]] = key
    if not known:
        raise VaultError(_unreadable())
    return Keys(next(iter(known)), known)


def _unreadable() -> str:
    return _(
        "The keys for answers are damaged. Each line is an id and a key of 32 bytes; put the saved copy back."
    )


def seal(text: str, *, contact: int, question: str) -> tuple[bytes, str]:
    """(sealed, id of the key). Raises VaultError without keys."""
    held = keys()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(held.known[held.current]).encrypt(nonce, text.encode(), _bound(contact, question))
    return nonce + sealed, held.current


def unseal(sealed: bytes | memoryview[int], key_id: str, *, contact: int, question: str) -> str:
    """The text. Raises VaultError without the key, or when the bytes were not sealed for this contact and question."""
    key = keys().known.get(key_id)
    if key is None:
        raise VaultError(
            _("This answer was sealed with key %(id)s, which is not among the keys. Put the saved copy back.")
            % {"id": key_id}
        )
    data = bytes(sealed)
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _bound(contact, question)).decode()
    except (InvalidTag, ValueError) as error:
        raise VaultError(_("This answer does not open: it was changed outside Furrow.")) from error


def _bound(contact: int, question: str) -> bytes:
    return f"answer:{contact}:{question}".encode()


def create_keys() -> Path:
    """Make the key file with a first key. Raises VaultError when there are keys already or the file cannot be written."""
    if settings.ANSWER_KEYS:
        raise VaultError(_("The keys come from FURROW_KEYS; no file is needed."))
    path = keys_file()
    if path.exists():
        raise VaultError(_("There is a key file already: %(path)s") % {"path": path})
    _write(path, [_new_line()])
    return path


def add_key() -> str:
    """Put a new key first in the file; returns its id. Raises VaultError for keys that come from the environment."""
    if settings.ANSWER_KEYS:
        raise VaultError(
            _(
                "The keys come from FURROW_KEYS. Put a new pair in front there, restart, and run this again: %(pair)s"
            )
            % {"pair": _new_line().replace(" ", ":")}
        )
    keys()
    line = _new_line()
    _write(keys_file(), [line, *keys_file().read_text(encoding="ascii").splitlines()])
    return line.split()[0]


def forget_keys(ids: set[str]) -> None:
    """Take keys out of the file; callers have made sure that nothing is sealed with them. The one in use stays."""
    held = keys()
    lines = keys_file().read_text(encoding="ascii").splitlines()
    left = [line for line in lines if not line.split() or line.split()[0] not in ids - {held.current}]
    _write(keys_file(), left)


def new_key() -> str:
    """32 random bytes as the file keeps them."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _new_line() -> str:
    return f"{secrets.token_hex(4)} {new_key()}"


def _write(path: Path, lines: list[str]) -> None:
    """Whole or not at all, readable by the owner only from its first byte on."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise VaultError(
            _("The key file %(path)s cannot be written. Set FURROW_KEYS_FILE to a place that can.")
            % {"path": path}
        ) from error
