"""The grade column of an import: kept with its origin, and undone with the import."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from furrow.assessment.models import Assessment
from furrow.assessment.pages import grade_panel
from furrow.customers.models import Customer
from furrow.customers.services import change_customer
from furrow.records.importing import engine, services
from furrow.records.importing.models import ImportBatch
from tests.cast import Cast

OPTIONS = {"existing": "overwrite", "system": "gcj02", "owner": None, "channel_type": "", "status": "active"}


def work(batch: ImportBatch) -> ImportBatch:
    while not engine.advance(ImportBatch.objects.select_related("by").get(pk=batch.pk), seconds=60):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.mark.django_db
def test_imported_grades_have_an_origin_and_go_with_the_import(
    cast: Cast, settings: Any, tmp_path: Any, rf: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    old = Customer.objects.create(code="W1", name="顺达通讯", customer_grade="C", visit_grade="C")
    text = "code,name,grade\nW1,顺达通讯,A\nW2,悦鸣数码,B\nW3,汉正手机,\n"
    batch = services.take_file("customers", [text.encode()], "list.csv", by=cast.director)
    services.match(batch, batch.columns, OPTIONS, by=cast.director)
    services.start(ImportBatch.objects.get(pk=batch.pk), by=cast.director)
    batch = work(batch)
    kept = Assessment.objects.order_by("grade").values_list("customer__code", "grade", "source", "by")
    assert list(kept) == [("W1", "A", "import", cast.director.pk), ("W2", "B", "import", cast.director.pk)]
    services.undo(batch, by=cast.director)
    work(batch)
    old.refresh_from_db()
    assert (old.customer_grade, old.visit_grade) == ("C", "C")
    request = rf.get("/")
    request.user = cast.director
    panel = grade_panel(request, old)
    assert panel is not None and panel.context["latest"] is None  # the C is not explained by the import's A


@pytest.mark.django_db
def test_undo_withdraws_only_what_the_import_brought(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    shop = Customer.objects.create(code="W1", name="顺达通讯")
    Assessment.objects.create(customer=shop, source="manual", grade="C", batch=uuid4())
    batches = []
    for text in ("code,name,grade\nW1,顺达通讯,A\nW2,悦鸣数码,B\n", "code,name,grade\nW3,汉正手机,D\n"):
        batch = services.take_file("customers", [text.encode()], "list.csv", by=cast.director)
        services.match(batch, batch.columns, OPTIONS, by=cast.director)
        services.start(ImportBatch.objects.get(pk=batch.pk), by=cast.director)
        batches.append(work(batch))
    changed = Customer.objects.get(code="W2")
    change_customer(changed, by=None, note="来过电话")  # so the undo leaves this one alone
    services.undo(batches[0], by=cast.director)
    work(batches[0])
    standing = Assessment.objects.standing().order_by("grade").values_list("customer__code", "grade")
    assert list(standing) == [("W2", "B"), ("W1", "C"), ("W3", "D")]
