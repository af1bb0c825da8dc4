"""A saved view and a job of the rep, for tests/addresses.py."""

from __future__ import annotations

from furrow.kit.models import Job
from furrow.records.models import SavedView
from tests.cast import Cast


def things(cast: Cast) -> dict[str, object]:
    def view(record: str) -> SavedView:
        return SavedView.objects.create(record=record, name="Mine", query="", owner=cast.rep)

    return {
        "customers:view_id": view("customers"),
        "people:view_id": view("people"),
        "name": "timeline",
        "records:pk": Job.objects.create(kind="records.import", by=cast.rep, status=Job.Status.DONE),
    }
