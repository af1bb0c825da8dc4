"""The import's pages and engine: the whole way through the browser's doors, hostile files, a killed worker, the error file."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from furrow.customers.importing import FIELDS
from furrow.customers.models import Customer
from furrow.kit import jobs
from furrow.kit.models import Job
from furrow.kit.sheets import Column, open_sheet, write_xlsx
from furrow.records.importing import engine, files, services
from furrow.records.importing.command import run_import_cli
from furrow.records.importing.models import ImportBatch, ImportMapping
from tests.cast import Cast

OPTIONS = {"existing": "fill", "system": "gcj02", "status": "active"}
SHEETS = sorted((Path(__file__).parents[2] / "kit/tests/sheets").glob("*.[xc]*"))
ClientOf = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    settings.REACTIONS = {}
    yield


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    """Runs what waits for the commit: the queue, which in tests works at once."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def upload(client: Client, content: bytes, name: str = "list.csv") -> Any:
    return client.post("/customers/import/", {"file": SimpleUploadedFile(name, content)})


def match(client: Client, batch: ImportBatch, columns: dict[str, int] | None = None) -> Any:
    chosen = {
        f"column_{name}": index for name, index in (columns if columns is not None else batch.columns).items()
    }
    return client.post(f"/customers/import/{batch.pk}/match/", {**OPTIONS, **chosen})


def newest() -> ImportBatch:
    batch = ImportBatch.objects.latest("pk")
    return batch


def test_from_upload_to_undo(cast: Cast, client_of: ClientOf, commits: Any) -> None:
    client = client_of(cast.manager)
    answer = upload(client, "客户名称,电话\n顺达,13800001234\n,13900001111\n".encode("gb18030"))
    batch = newest()
    page = f"/customers/import/{batch.pk}/"
    assert answer.url == page
    assert "Match columns" in client.get(page).content.decode()
    assert match(client, batch).status_code == 302
    assert "Checked: 1 row has errors" in client.get(page).content.decode()
    assert not Customer.objects.exists()
    with commits():
        client.post(page + "start/")
    shown = client.get(page).content.decode()
    assert "Imported, 1 row with errors was left out" in shown
    assert Customer.objects.get().name == "顺达"
    with commits():
        client.post(page + "settle/", {"fix_3_name": "悦鸣"})
    assert newest().counts == {"created": 2}
    for tab in ("created", "updated", "duplicate", "error", "unchanged"):
        assert client.get(page, {"tab": tab, "page": "2"}).status_code == 200
    with commits():
        client.post(page + "undo/")
    assert "Import undone" in client.get(page).content.decode()
    assert not Customer.objects.alive().exists()


def test_pasted_table(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    answer = client.post("/customers/import/", {"table": "客户名称\t电话\n顺达\t13800001234\n"})
    assert answer.status_code == 302
    assert newest().columns == {"name": 0, "phone": 1}
    for language, name in (("en", "Pasted table"), ("zh-hans", "粘贴的表格")):
        page = client.get("/customers/import/", headers={"accept-language": language})
        assert name in page.content.decode()


def test_sheet_header_and_required_field(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    upload(client, "甲乙,丙丁\n名,号\n顺达,1\n".encode())
    batch = newest()
    answer = match(client, batch, {"code": 1})
    assert answer.status_code == 422
    assert "Choose the column for: Customer name" in answer.content.decode()
    client.post(f"/customers/import/{batch.pk}/layout/", {"header_row": "2"})
    assert newest().header_row == 2
    for row in ("99", "-1", "x", "9" * 30):
        assert (
            client.post(f"/customers/import/{batch.pk}/layout/", {"header_row": row, "sheet": ""}).status_code
            == 302
        )
    assert newest().header_row == 2
    match(client, newest(), {"name": 0})
    assert newest().counts == {"created": 1}


def test_matching_is_remembered_for_the_header(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    upload(client, "奇怪的头,客户名称\n顺达,x\n".encode())
    match(client, newest(), {"name": 0, "note": 1})
    upload(client_of(cast.director), "奇怪的头,客户名称\n悦鸣,y\n".encode())
    assert newest().columns == {"name": 0, "note": 1}
    assert newest().options["existing"] == "fill"
    assert ImportMapping.objects.count() == 1


def test_batches_are_private(cast: Cast, client_of: ClientOf) -> None:
    upload(client_of(cast.manager), "客户名称\n顺达\n".encode())
    page = f"/customers/import/{newest().pk}/"
    assert client_of(cast.other_manager).get(page).status_code == 404
    assert client_of(cast.other_manager).post(page + "start/").status_code == 404
    assert client_of(cast.administrator).get(page).status_code == 200
    assert client_of(cast.rep).get("/customers/import/").status_code == 403


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    return file.getvalue()


def workbook(*rows: list[Any]) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, "S", [Column(title) for title in rows[0]], rows[1:])
    return file.getvalue()


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("a.xlsx", lambda: b""),
    "only spaces": ("a.csv", lambda: b"  \n \n"),
    "bomb": ("a.xlsx", bomb),
    "picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
    "cut short": ("a.xlsx", lambda: workbook(["客户名称"], ["顺达"])[:700]),
    "too large": ("a.csv", lambda: "客户名称\n".encode() + b"a\n" * 600_000),
    "page": ("a.xls", lambda: b"<html><table><tr><td>x</td></tr></table></html>"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_files_say_why_and_leave_nothing(
    kind: str, cast: Cast, client_of: ClientOf, settings: Any, tmp_path: Path
) -> None:
    settings.IMPORT_MAX_BYTES = 1_000_000
    name, make = REFUSED[kind]
    answer = upload(client_of(cast.manager), make(), name)
    assert answer.status_code == 422
    assert 'class="fr-alert bad"' in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert not list((tmp_path / "imports").glob("*"))


def test_too_much_pasted_text_is_told(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    client.raise_request_exception = False
    answer = client.post("/customers/import/", {"table": "客户名称\n" + "顺达\n" * 900_000})
    assert (answer.status_code, "5 MB" in answer.content.decode()) == (413, True)


HOSTILE: dict[str, tuple[str, bytes]] = {
    "formulas": ("a.csv", "客户名称,备注\n=HYPERLINK(\"x\"),@SUM(1)\n顺达,+1\n".encode()),
    "mixed encodings": ("a.csv", "客户名称,电话\n".encode() + "顺达\n".encode("gb18030") + b"\xff\xfe\x81,1\n"),
    "many columns": ("a.csv", ",".join(["客户名称", *map(str, range(16_383))]).encode() + b"\n" + b"x," * 16_383 + b"y\n"),
    "nulls": ("a.csv", "客户名称,电话\n顺\x00达,1380000\x00\n".encode()),
    "text in numbers": ("a.csv", "客户名称,经度,纬度,等级\n顺达,很远,不知道,最好\n".encode()),
    "impossible places": ("a.csv", "客户名称,经度,纬度\n甲,999,999\n乙,0,0\n丙,1e400,nan\n丁,-0,inf\n".encode()),
    "old dates": ("a.csv", "客户名称,备注\n甲,1899-12-31\n乙,0001-01-01\n".encode()),
    "long": ("a.csv", ("客户名称\n" + "长" * 40_000 + "\n").encode()),
    "large numbers": ("a.csv", "客户名称,客户编码,电话\n甲,1E+300,99999999999999999999\n乙,-1,+86\n".encode()),
    "lone surrogate": ("a.csv", "客户名称\n顺".encode() + b"\xed\xa0\x80\n"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_rows_end_in_a_correct_import_or_marked_rows(
    kind: str, cast: Cast, client_of: ClientOf, commits: Any
) -> None:
    client = client_of(cast.manager)
    go_through(client, *reversed(HOSTILE[kind]), commits=commits)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_awkward_workbooks(path: Path, cast: Cast, client_of: ClientOf, commits: Any) -> None:
    go_through(client_of(cast.manager), path.read_bytes(), path.name, commits=commits)


def go_through(client: Client, content: bytes, name: str, *, commits: Any) -> None:
    answer = upload(client, content, name)
    assert answer.status_code in (302, 422), answer.content.decode()[:2000]
    if answer.status_code == 422:
        assert 'class="fr-alert bad"' in answer.content.decode()
        return
    batch = newest()
    assert client.get(answer.url).status_code == 200
    with commits():
        answer = match(client, batch, batch.columns if "name" in batch.columns else {"name": 0})
    if answer.status_code == 422:
        return
    with commits():
        client.post(f"/customers/import/{batch.pk}/start/")
    batch = newest()
    assert batch.state == "done"
    assert sum(batch.counts.values()) == batch.rows.count() == files.data_row_count(batch)
    assert Customer.objects.count() == batch.counts.get("created", 0)
    for tab in batch.counts:
        assert client.get(f"/customers/import/{batch.pk}/", {"tab": tab}).status_code == 200
    assert client.get(f"/customers/import/{batch.pk}/errors/").status_code in (200, 302)


def big(count: int) -> bytes:
    return ("客户编码,客户名称\n" + "".join(f"W{n},客户{n}\n" for n in range(count))).encode()


def test_a_killed_worker_goes_on_exactly_where_it_stood(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CHUNK", 10)
    upload(client_of(cast.manager), big(35))
    match(client_of(cast.manager), newest())
    services.start(newest(), by=cast.manager)

    class Killed(BaseException):
        pass

    def die_in_third_chunk(done: int, total: int) -> None:
        assert total == 35
        if done > 20:
            raise Killed

    batch = ImportBatch.objects.select_related("by").get()
    with pytest.raises(Killed):
        engine.advance(batch, seconds=60, tick=die_in_third_chunk)
    batch = ImportBatch.objects.select_related("by").get()
    assert (Customer.objects.count(), batch.rows.count(), batch.position, batch.counts) == (
        20,
        20,
        21,
        {"created": 20},
    )
    assert engine.advance(batch, seconds=60)
    assert Customer.objects.count() == 35
    assert newest().counts == {"created": 35}


def test_slices_remember_earlier_rows(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(client_of(cast.manager), big(12) + b"W3,again\n")
    monkeypatch.setattr(services, "AT_ONCE", 0)
    monkeypatch.setattr(engine, "CHUNK", 5)
    match(client_of(cast.manager), newest())
    slices = 0
    while True:
        batch = ImportBatch.objects.select_related("by").get()
        slices += 1
        if engine.advance(batch, seconds=-1):
            break
    assert slices == 4
    assert newest().counts == {"created": 12, "error": 1}


def test_two_workers_do_not_write_twice(cast: Cast, client_of: ClientOf) -> None:
    upload(client_of(cast.manager), big(3))
    match(client_of(cast.manager), newest())
    services.start(newest(), by=cast.manager)
    first = ImportBatch.objects.select_related("by").get()
    second = ImportBatch.objects.select_related("by").get()
    assert engine.advance(first, seconds=60)
    with pytest.raises(engine.Overtaken):
        engine.advance(second, seconds=60)
    assert Customer.objects.count() == 3


def test_stopping_keeps_whole_chunks_and_continues(cast: Cast, client_of: ClientOf, commits: Any) -> None:
    client = client_of(cast.manager)
    upload(client, big(3))
    match(client, newest())
    services.start(newest(), by=cast.manager)
    job = Job.objects.get()
    jobs.request_cancel(job)
    page = f"/customers/import/{newest().pk}/"
    assert "Import stopped" in client.get(page).content.decode()
    assert not Customer.objects.exists()
    with commits():
        client.post(page + "resume/")
    assert newest().state == "done"
    assert Customer.objects.count() == 3


def test_a_list_is_read_from_the_upload_once(
    cast: Cast, client_of: ClientOf, commits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.manager)
    upload(client, workbook(["客户名称"], ["顺达"], ["悦鸣"]), "a.xlsx")
    batch = newest()
    with monkeypatch.context() as patch:
        patch.setattr(files, "open_sheet", None)
        match(client, batch)
    assert newest().counts == {"created": 2}
    for path in batch.path.parent.glob("*.rows"):
        path.unlink()  # as of an upload of before
    with commits():
        client.post(f"/customers/import/{batch.pk}/start/")
    assert Customer.objects.count() == 2


def test_error_file_comes_back_corrected(cast: Cast, client_of: ClientOf, commits: Any) -> None:
    client = client_of(cast.manager)
    upload(
        client,
        workbook(["门店", "级别号", "电话"], ["顺达", "A", "13800001234"], ["悦鸣", "特级", "13800001235"]),
        "list.xlsx",
    )
    match(client, newest(), {"name": 0, "grade": 1, "phone": 2})
    with commits():
        client.post(f"/customers/import/{newest().pk}/start/")
    answer = client.get(f"/customers/import/{newest().pk}/errors/")
    rows = list(open_sheet(b"".join(answer.streaming_content), "e.xlsx").rows())
    assert rows[0] == ["门店", "级别号", "电话", "Import problem"]
    assert rows[1][:3] == ["悦鸣", "特级", "13800001235"]
    assert "Only A, B, C, D" in str(rows[1][3])
    upload(
        client,
        workbook([str(cell) for cell in rows[0]], ["悦鸣", "B", "13800001235", rows[1][3]]),
        "errors.xlsx",
    )
    assert newest().columns == {"name": 0, "grade": 1, "phone": 2}
    match(client, newest())
    with commits():
        client.post(f"/customers/import/{newest().pk}/start/")
    assert Customer.objects.get(name="悦鸣").visit_grade == "B"


def test_buttons_pressed_twice_change_nothing(cast: Cast, client_of: ClientOf, commits: Any) -> None:
    client = client_of(cast.manager)
    upload(client, "客户名称\n顺达\n".encode())
    page = f"/customers/import/{newest().pk}/"
    for step in ("start", "settle", "adopt", "undo", "resume"):
        assert client.post(page + f"{step}/").status_code == 302
    assert newest().state == "uploaded"
    match(client, newest())
    with commits():
        client.post(page + "start/")
    for step in ("start", "match", "layout", "rematch", "resume"):
        assert client.post(page + f"{step}/").status_code == 302
    assert newest().state == "done"
    assert Customer.objects.count() == 1


def test_blank_list_matches_itself(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    answer = client.get("/customers/import/blank/")
    upload(client, b"".join(answer.streaming_content), "blank.xlsx")
    assert newest().columns == {field.name: index for index, field in enumerate(FIELDS)}


def test_command_checks_and_imports(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text("客户名称,等级\n顺达,A\n悦鸣,优\n")
    assert run_import_cli("customers", [str(path), "--dry-run", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], told["error"], told["dry_run"]) == (1, 1, True)
    assert told["errors"][0]["row"] == 3
    assert not Customer.objects.exists()
    assert run_import_cli("customers", [str(path), "--user", "manager", "--set", "status=lost"]) == 1
    assert "Row 3, Grade" in capsys.readouterr().out
    assert Customer.objects.get().status == "lost"
    for wrong in (["--user", "rep"], ["--user", "nobody"], ["--set", "status=none"], ["--set", "colour=red"]):
        assert run_import_cli("customers", [str(path), *wrong]) == 2
    assert run_import_cli("customers", [str(tmp_path / "missing.csv")]) == 2
    assert Customer.objects.count() == 1


def test_a_second_click_on_matching_keeps_what_the_first_began(cast: Cast, client_of: ClientOf) -> None:
    upload(client_of(cast.manager), "客户名称\n甲店\n".encode())
    stale = newest()
    match(client_of(cast.manager), newest())
    services.start(newest(), by=cast.manager, at_once=True)
    engine.advance(newest(), seconds=60)
    with pytest.raises(services.GoneOn):
        services.match(stale, stale.columns, OPTIONS, by=cast.manager)
    with pytest.raises(services.GoneOn):
        services.choose_header(stale, 0)
    assert newest().state == ImportBatch.State.DONE
    assert newest().rows.count() == 1


def test_a_file_goes_after_90_days_and_that_is_said(cast: Cast, client_of: ClientOf, commits: Any) -> None:
    client = client_of(cast.director)
    upload(client, "客户名称,经度\n江汉通讯,很远\n".encode())
    batch = newest()
    with commits():
        match(client, batch)
    assert files.forget_old() == 0
    old = time.time() - 91 * 86_400
    os.utime(batch.path, (old, old))
    assert files.forget_old() == 1
    answer = client.get(f"/customers/import/{batch.pk}/errors/", follow=True)
    assert "The uploaded file is no longer kept. Upload it again." in answer.content.decode()
