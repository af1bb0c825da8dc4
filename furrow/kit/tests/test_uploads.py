"""Files beyond the limit and files of strangers are not kept anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from furrow.team.models import User
from tests.cast import Cast

LIST = b"name\n" + b"a" * 5_000_000


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of what goes to temporary files."""
    sizes: list[int] = []
    real = tempfile.NamedTemporaryFile

    def watched(*args: Any, **kwargs: Any) -> Any:
        file = real(*args, **kwargs)
        write = file.write

        def counted(piece: bytes) -> int:
            sizes.append(len(piece))
            return int(write(piece))

        monkeypatch.setattr(file, "write", counted)
        return file

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", watched)
    return sizes


def send(client: Client) -> Any:
    return client.post("/customers/import/", {"file": SimpleUploadedFile("list.csv", LIST)})


def test_a_file_beyond_the_limit_is_read_past(
    cast: Cast,
    client_of: Callable[[User | None], Client],
    written: list[int],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT, settings.IMPORT_MAX_BYTES = tmp_path, 2_000_000
    answer = send(client_of(cast.manager))
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()
    assert sum(written) <= 2_000_000
    assert not list(tmp_path.rglob("*"))


def test_a_file_within_the_limit_passes(
    cast: Cast,
    client_of: Callable[[User | None], Client],
    written: list[int],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    send(client_of(cast.manager))
    assert sum(written) == len(LIST)


def test_a_stranger_sends_no_files(
    cast: Cast, client_of: Callable[[User | None], Client], written: list[int]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")
    token = client.cookies["csrftoken"].value
    body = {"csrfmiddlewaretoken": token, "file": SimpleUploadedFile("list.csv", LIST)}
    assert client.post("/language/", body).status_code in {302, 403}
    assert not written
