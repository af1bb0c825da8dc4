"""Many rows at once: values as both databases keep them, and rows written while the next are made ready."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from furrow.kit.models import AuditEntry, Job
from furrow.kit.rows import (
    check_references,
    delete_columns,
    insert_rows,
    keep_up,
    new_ids,
    upkeep_beside,
    writing_behind,
)

MARK = "UPDATE kit_auditentry SET note = note || %s"
NAMES = ("id", "at", "action", "model", "object_id", "changes", "note")


only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no upkeep")


def row(pk: int, note: str) -> tuple[object, ...]:
    return pk, timezone.now(), "import", "customers.customer", pk, {"name": ["", note]}, note


def notes() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("note", flat=True))


@pytest.mark.django_db
def test_rows_written_behind_are_there_for_the_next_statement() -> None:
    one, two, three = new_ids(AuditEntry, 3)
    with transaction.atomic(), writing_behind():
        insert_rows(AuditEntry, NAMES, [row(one, "one"), row(two, "two")])
        assert notes() == ["one", "two"]
        insert_rows(AuditEntry, NAMES, [row(three, "three")])
    assert notes() == ["one", "two", "three"]
    assert AuditEntry.objects.get(pk=three).changes == {"name": ["", "three"]}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("note", ["", "\\N", "\\.", "a\tb\nc\rd\\e", "顺达😀“”'\"", "\\\\t"])
def test_any_text_comes_back_as_it_was(note: str, count: int) -> None:
    ids = new_ids(AuditEntry, count)
    with transaction.atomic():
        insert_rows(AuditEntry, NAMES, [row(pk, note if pk == ids[0] else "x") for pk in ids])
    found = AuditEntry.objects.get(pk=ids[0])
    assert (found.note, found.changes, found.by_id) == (note, {"name": ["", note]}, None)


@pytest.mark.django_db(transaction=True)
def test_what_fails_behind_undoes_the_transaction() -> None:
    (one,) = new_ids(AuditEntry, 1)
    with pytest.raises(IntegrityError), transaction.atomic(), writing_behind():
        insert_rows(AuditEntry, NAMES, [row(one, "one")])
        insert_rows(AuditEntry, NAMES, [row(one, "the same number again")])
    assert notes() == []


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_caller_waits_for_what_was_given() -> None:
    ids = new_ids(AuditEntry, 500)
    with pytest.raises(ZeroDivisionError), transaction.atomic(), writing_behind():
        insert_rows(AuditEntry, NAMES, [row(pk, "given") for pk in ids])
        raise ZeroDivisionError
    assert notes() == []


@pytest.mark.django_db
def test_references_are_checked_before_the_end() -> None:
    with transaction.atomic(), writing_behind():
        Job.objects.create(kind="test")
        check_references()
        assert Job.objects.get().by is None
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic(), writing_behind():
            Job.objects.create(kind="test", by_id=0)
            check_references()


@pytest.mark.django_db
def test_only_the_rows_given_are_deleted() -> None:
    """A row goes when all its numbers are those of one given row, be it given twice; numbers nobody has are nothing."""
    one, two, three = new_ids(AuditEntry, 3)
    with transaction.atomic():
        insert_rows(AuditEntry, NAMES, [row(pk, str(pk)) for pk in (one, two, three)])
        delete_columns(AuditEntry, {"id": [one, two, 2**62, one], "object_id": [one, three, -(2**63), one]})
        delete_columns(AuditEntry, {"id": [], "object_id": []})
    assert notes() == [str(two), str(three)]


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_upkeep_is_done_beside_once_the_transaction_is_over() -> None:
    one, two = new_ids(AuditEntry, 2)
    with upkeep_beside():
        with transaction.atomic(), writing_behind():
            insert_rows(AuditEntry, NAMES, [row(one, "one")])
            keep_up(MARK, "!")
            assert notes() == ["one"]
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            keep_up(MARK, "?")
            raise ZeroDivisionError
        with transaction.atomic(), upkeep_beside():
            keep_up(MARK, "!")
    assert notes() == ["one!!"]
    with transaction.atomic(), writing_behind():
        insert_rows(AuditEntry, NAMES, [row(two, "two")])
        keep_up(MARK, "!")
        assert notes() == ["one!!!", "two!"]


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_upkeep_that_fails_costs_no_row(caplog: pytest.LogCaptureFixture) -> None:
    (one,) = new_ids(AuditEntry, 1)
    with upkeep_beside(), transaction.atomic():
        insert_rows(AuditEntry, NAMES, [row(one, "one")])
        keep_up("SELECT no_such_upkeep()")
    assert notes() == ["one"]
    assert "no_such_upkeep" in caplog.text


@pytest.mark.django_db
def test_outside_rows_are_written_at_once() -> None:
    (one,) = new_ids(AuditEntry, 1)
    with transaction.atomic():
        insert_rows(AuditEntry, NAMES, [row(one, "one")])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kit_auditentry")
            assert cursor.fetchone()[0] == 1
