"""Files in and out: reach, limits, safe answers, deletion with a way back, erasure without a trace."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from furrow.attachments import services, storage
from furrow.attachments.models import Attachment
from furrow.attachments.tests.things import picture
from furrow.customers.merging import merge_customers, undo_merge
from furrow.customers.models import Customer
from furrow.customers.services import create_customer, delete_customer
from furrow.kit.models import AuditEntry
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
JSON: dict[str, Any] = {"headers": {"accept": "application/json"}}


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files" / "main"


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="汉江通讯", owner=cast.rep)


def files_on_disk() -> list[Path]:
    return [path for path in storage.folder().rglob("*") if path.is_file()]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def sent(client: Client, shop: Customer, name: str, content: bytes, **more: str) -> dict[str, Any]:
    file = SimpleUploadedFile("x", content)
    file._name = name  # the client's own name would lose its folders
    answer = client.post(f"/files/of/customers/{shop.pk}/", {"file": file, **more}, **JSON)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_a_photo_is_kept_previewed_and_given_back(cast: Cast, client_of: ClientOf, shop: Customer) -> None:
    content = picture(800, 600).getvalue()
    client = client_of(cast.rep)
    assert sent(client, shop, "门头.jpg", content)["taken"] == 1
    kept = Attachment.objects.get()
    assert (kept.name, kept.category, kept.width, kept.height) == ("门头.jpg", "photo", 800, 600)
    assert len(files_on_disk()) == 3
    assert str(storage.path_of(kept.stored_as)).startswith(str(settings.MEDIA_ROOT))
    answer = client.get(f"/files/{kept.pk}/")
    assert body(answer) == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert (
        answer["X-Content-Type-Options"] == "nosniff"
        and answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    )
    small = client.get(f"/files/{kept.pk}/thumb.jpg")
    assert small["Content-Type"] == "image/jpeg" and "sandbox" in small["Content-Security-Policy"]
    assert body(small) != content
    assert client.get(f"/files/{kept.pk}/huge.jpg").status_code == 404
    assert (
        "门头.jpg" in client.get(f"/customers/{shop.pk}/").content.decode()
        or "门头.jpg" in client.get(f"/files/of/customers/{shop.pk}/list/").content.decode()
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.jpg", b"<html><script>alert(1)</script>", "not taken"),
        ("photo.jpg", b"#!/bin/sh\nrm -rf /\n\x00", "not taken"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not taken"),
        ("empty.pdf", b"", "empty"),
        ("broken.png", b"\x89PNG\r\n\x1a\nxxxx", "damaged"),
    ],
)
def test_hostile_files_are_refused_and_leave_nothing(
    cast: Cast, client_of: ClientOf, shop: Customer, name: str, content: bytes, said: str
) -> None:
    told = sent(client_of(cast.rep), shop, name, content)
    assert told["taken"] == 0 and said in " ".join(told["refused"])
    assert not Attachment.objects.exists() and not files_on_disk()


def test_a_polyglot_is_only_ever_a_download_and_its_preview_is_clean(
    cast: Cast, client_of: ClientOf, shop: Customer
) -> None:
    content = picture().getvalue() + b"<script>alert(document.cookie)</script>"
    client = client_of(cast.rep)
    sent(client, shop, "../../../static/evil.html", content)
    kept = Attachment.objects.get()
    assert kept.name == "evil.jpg"
    assert client.get(f"/files/{kept.pk}/")["Content-Disposition"].startswith("attachment")
    assert b"script" not in body(client.get(f"/files/{kept.pk}/view.jpg"))
    assert all(storage.folder() in path.parents for path in files_on_disk())


def test_limits_of_size_number_and_quota(
    cast: Cast, client_of: ClientOf, shop: Customer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.rep)
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    big = b"%PDF-1.7" + b"x" * (1024 * 1024)
    assert "larger than 1 MB" in sent(client, shop, "a.pdf", big)["refused"][0]
    settings.ATTACHMENT_QUOTA_BYTES = 100
    assert "All files together" in sent(client, shop, "a.pdf", b"%PDF-1.7" + b"x" * 200)["refused"][0]
    settings.ATTACHMENT_QUOTA_BYTES = 10**9
    monkeypatch.setattr(services, "MOST_FILES", 1)
    assert sent(client, shop, "a.pdf", b"%PDF-1.7 a")["taken"] == 1
    assert "there already" in sent(client, shop, "b.pdf", b"%PDF-1.7 a")["refused"][0]
    assert "At most 1" in sent(client, shop, "b.pdf", b"%PDF-1.7 b")["refused"][0]
    assert Attachment.objects.count() == 1 and len(files_on_disk()) == 1


def test_fifty_megabytes_are_read_past(
    cast: Cast, client_of: ClientOf, shop: Customer, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 10 * 1024 * 1024
    told = sent(client_of(cast.rep), shop, "a.pdf", b"%PDF-1.7" + b"x" * (50 * 1024 * 1024))
    assert told["taken"] == 0 and "larger than" in told["refused"][0]
    assert not files_on_disk()


def test_files_follow_the_reach_and_rights_of_their_record(
    cast: Cast, client_of: ClientOf, shop: Customer
) -> None:
    kept = services.add_file("customers", shop.pk, picture(), "a.jpg", by=cast.rep)
    for path in (f"/files/{kept.pk}/", f"/files/{kept.pk}/thumb.jpg", f"/files/of/customers/{shop.pk}/list/"):
        assert client_of(cast.manager).get(path).status_code == 200
        assert client_of(cast.other_rep).get(path).status_code == 404
    assert client_of(cast.other_rep).post(f"/files/{kept.pk}/delete/").status_code == 404
    assert client_of(cast.read_only).get(f"/files/{kept.pk}/").status_code == 200
    assert client_of(cast.read_only).post(f"/files/{kept.pk}/delete/").status_code == 403
    assert client_of(cast.read_only).post(f"/files/of/customers/{shop.pk}/").status_code == 403
    assert client_of(cast.rep).post(f"/files/of/nothing/{shop.pk}/").status_code == 404
    delete_customer(shop, by=cast.director)
    assert client_of(cast.rep).get(f"/files/{kept.pk}/").status_code == 404


def test_delete_and_undo(cast: Cast, client_of: ClientOf, shop: Customer) -> None:
    kept = services.add_file("customers", shop.pk, picture(), "a.jpg", by=cast.rep)
    client = client_of(cast.rep)
    client.post(f"/files/{kept.pk}/delete/")
    assert client.get(f"/files/{kept.pk}/").status_code == 404
    assert len(files_on_disk()) == 3
    client.post(f"/files/{kept.pk}/restore/")
    assert client.get(f"/files/{kept.pk}/").status_code == 200
    assert list(
        AuditEntry.objects.filter(model="attachments.attachment")
        .order_by("pk")
        .values_list("action", flat=True)
    ) == ["create", "delete", "restore"]


def test_deleted_files_go_for_good_after_a_month(
    cast: Cast, shop: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    kept = services.add_file("customers", shop.pk, picture(), "a.jpg", by=cast.rep)
    services.delete_file(kept, by=cast.rep)
    assert services.purge_deleted() == 0
    Attachment.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.purge_deleted() == 1
    assert not Attachment.objects.exists() and not files_on_disk()


def test_erasure_leaves_no_file_row_or_name(
    cast: Cast, shop: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    other = create_customer(by=cast.director, name="另一家", owner=cast.rep)
    services.add_file("customers", shop.pk, picture(), "身份证 王敏.jpg", by=cast.rep)
    gone = services.add_file("customers", shop.pk, picture(70), "王敏合同.jpg", by=cast.rep)
    services.delete_file(gone, by=cast.rep)
    stays = services.add_file("customers", other.pk, picture(), "a.jpg", by=cast.rep)
    assert services.files_of("customers", [shop.pk]).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert services.erase_files_of("customers", [shop.pk]) == 2
    assert list(Attachment.objects.all()) == [stays]
    assert len(files_on_disk()) == 3
    trail = [
        str(row)
        for row in AuditEntry.objects.filter(model="attachments.attachment").values_list("changes", "note")
    ]
    assert not any("王敏" in row for row in trail)


def test_a_merge_takes_the_files_along_and_back(cast: Cast, client_of: ClientOf, shop: Customer) -> None:
    other = create_customer(by=cast.director, name="另一家", owner=cast.rep)
    kept = services.add_file("customers", shop.pk, picture(), "a.jpg", by=cast.rep)
    merge = merge_customers(other, shop, by=cast.director)
    assert Attachment.objects.get().object_id == other.pk
    assert client_of(cast.rep).get(f"/files/{kept.pk}/").status_code == 200
    undo_merge(merge, by=cast.director)
    assert Attachment.objects.get().object_id == shop.pk


def test_two_at_once_take_the_same_file_only_once(cast: Cast, shop: Customer) -> None:
    services.add_file("customers", shop.pk, picture(), "a.jpg", by=cast.rep)
    with pytest.raises(ValidationError, match="there already"):
        services.add_file("customers", shop.pk, picture(), "b.jpg", by=cast.rep)
    assert len(files_on_disk()) == 3


def test_api(cast: Cast, client_of: ClientOf, shop: Customer) -> None:
    client = client_of(None)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {issue_api_token(cast.rep, by=cast.rep)}"
    answer = client.post(
        f"/api/files/customers/{shop.pk}", {"file": SimpleUploadedFile("合同.pdf", b"%PDF-1.7 x")}
    )
    assert answer.status_code == 201, answer.content
    bad = client.post(f"/api/files/customers/{shop.pk}", {"file": io.BytesIO(b"<html>")})
    assert bad.status_code == 422 and "not taken" in bad.json()["error"]
    (listed,) = client.get(f"/api/files/customers/{shop.pk}").json()
    assert listed["name"] == "合同.pdf"
    assert client.delete(f"/api/files/{listed['id']}").status_code == 204
    assert client.get(f"/api/files/customers/{shop.pk}").json() == []
    assert client.get("/api/files/nothing/1").status_code == 404
