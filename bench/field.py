"""The phone's outbox against faults: random days sent over a line that fails before, in the middle of and after the server's work, that
delivers twice, in another order and from two phones at once. Counts what was lost and what was doubled; both must be nothing.

10 schedules, with --full 200 on both databases. And how soon the app is usable on a slow phone (bench/phone.py).
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from PIL import Image

from bench import phone
from bench.filled import databases, measured, prepare
from bench.measure import Measure

SCHEDULES, FULL = 10, 200
STORES = 8
TRIES = 400


@dataclass
class Line:
    """A connection with faults: each request is answered, lost before it arrives, or done with the answer lost."""

    client: Any
    token: str
    dice: Random
    faults: float
    requests: int = 0
    failed: int = 0

    def ask(self, method: str, path: str, **more: Any) -> Any | None:
        self.requests += 1
        fate = self.dice.random()
        if fate < self.faults / 2:
            self.failed += 1
            return None
        headers = {"authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        answer = self.client.generic(method, f"/field/{path}", headers=headers, **more)
        if fate < self.faults:
            self.failed += 1
            return None
        return answer


@dataclass
class Phone:
    """Keeps a message until it is answered, as furrow/field/static/field/outbox.js does; killed now and then, it begins anew."""

    line: Line
    queue: list[dict[str, Any]] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    def drain(self) -> None:
        for _try in range(TRIES):
            waiting = [message for message in self.queue if message["id"] not in self.outcomes]
            if not waiting:
                return
            for message in waiting:
                if not self.send(message):
                    break
        raise SystemExit("a message never got through")

    def send(self, message: dict[str, Any]) -> bool:
        photo = message["payload"].get("photo")
        if photo and not self.upload(photo):
            return False
        body = json.dumps(message)
        answer = self.line.ask("POST", "commands/", data=body, content_type="application/json")
        if answer is None:
            return False
        assert answer.status_code == 200, answer.content
        if self.line.dice.random() < 0.9:  # else killed between the answer and its note on the disk
            self.outcomes[message["id"]] = answer.json()["outcome"]
        return True

    def upload(self, photo: str) -> bool:
        content = self.blobs[photo]
        asked = self.line.ask("GET", f"photos/{photo}/")
        if asked is None:
            return False
        at = asked.json()["received"]
        while at < len(content):
            headers = {"upload-offset": str(at), "upload-length": str(len(content))}
            answer = self.line.ask("PUT", f"photos/{photo}/", data=content[at : at + 1500], headers=headers)
            if answer is None:
                return False
            at = answer.json()["received"]
        return True


def messages_of(
    stores: list[int], dice: Random, picture: Callable[[int], bytes], phone: Phone, day: datetime
) -> Iterator[dict[str, Any]]:
    """A day: check-in, photo, check-out with the card, an addition afterwards; one store check, one visit not made."""

    def message(name: str, payload: dict[str, Any], after: str | None = None) -> dict[str, Any]:
        return _message(dice, name, payload, after)

    for place, store in enumerate(stores[:-1]):
        begun = day - timedelta(minutes=30 * (STORES - place))
        visit = {
            "visit": str(UUID(int=dice.getrandbits(128), version=4)),
            "customer": store,
            "started_at": begun.isoformat(),
        }
        first = message("visit.check_in", visit)
        yield first
        photo = str(UUID(int=dice.getrandbits(128), version=4))
        phone.blobs[photo] = picture(place)
        yield message("photo.attach", {"photo": photo, "visit": visit["visit"], "name": "a.jpg"})
        ended = (begun + timedelta(minutes=20)).isoformat()
        second = message("visit.check_out", visit | {"content": f"{store}", "ended_at": ended}, first["id"])
        yield second
        yield message("visit.save", visit | {"went_well": f"good {store}"}, second["id"])
    yield message("store.check", {"customer": stores[0], "items": [{"code": "pop", "points": 4}]})
    yield message("visit.cannot", {"customer": stores[-1], "reason": "closed"})


def _message(dice: Random, name: str, payload: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    from django.utils import timezone

    key = str(UUID(int=dice.getrandbits(128), version=4))
    return {"id": key, "name": name, "at": timezone.now().isoformat(), "payload": payload, "after": after}


def beside(stores: list[int], dice: Random, day: datetime) -> list[dict[str, Any]]:
    """The person's other phone, at the first store too: its check-in and a line that the first phone does not write."""
    begun = day - timedelta(minutes=30 * STORES - 5)
    visit = {
        "visit": str(UUID(int=dice.getrandbits(128), version=4)),
        "customer": stores[0],
        "started_at": begun.isoformat(),
    }
    arrived = _message(dice, "visit.check_in", visit)
    said = _message(dice, "visit.save", visit | {"lesson_learnt": "beside"}, arrived["id"])
    return [arrived, said]


def schedule(seed: int, world: dict[str, Any]) -> dict[str, int]:
    """One day over one line, with a second phone on it; what the server has afterwards against what was sent."""
    from django.utils import timezone

    from furrow.attachments.models import Attachment
    from furrow.field.models import FieldCommand
    from furrow.visits.check_models import StoreCheck
    from furrow.visits.models import ContactRecord, MissedVisit

    dice = Random(seed)
    line = Line(world["client"], world["tokens"][0], dice, dice.choice([0.1, 0.33, 0.5, 0.7]))
    phone, other = Phone(line), Phone(Line(world["client"], world["tokens"][1], dice, line.faults))
    # A day of its own for each: nobody is at one store twice at one time.
    day = timezone.now() - timedelta(days=seed % 50, hours=3 * (seed // 50))
    before = {
        model: model.objects.count()
        for model in (ContactRecord, Attachment, StoreCheck, MissedVisit, FieldCommand)
    }
    phone.queue = list(messages_of(world["stores"], dice, world["picture"], phone, day))
    other.queue = beside(world["stores"], dice, day)
    if dice.random() < 0.3:  # delivered in another order; photos still follow their visit
        saved = [message for message in phone.queue if message["name"] == "visit.check_in"]
        phone.queue = [message for message in phone.queue if message not in saved[1:]] + saved[1:]
        phone.queue.sort(key=lambda message: message["name"] == "photo.attach")
    for one in (phone, other) if dice.random() < 0.5 else (other, phone):
        one.drain()
    for message in phone.queue:  # everything once more, late
        if dice.random() < 0.2:
            phone.send(message)
    visits = STORES - 1
    expected = {
        ContactRecord: visits,
        Attachment: visits,
        StoreCheck: 1,
        MissedVisit: 1,
        FieldCommand: len(phone.queue) + len(other.queue),
    }
    found = {model: model.objects.count() - before[model] for model in expected}
    whole = ContactRecord.objects.order_by("-pk")[:visits]
    torn = sum(
        1
        for record in whole
        if record.content != str(record.customer_id)
        or record.went_well != f"good {record.customer_id}"
        or not record.ended_at
        or (record.customer_id == world["stores"][0]) != (record.lesson_learnt == "beside")
    )
    return {
        "requests": line.requests,
        "failed": line.failed,
        "lost": sum(max(0, expected[model] - found[model]) for model in expected) + torn,
        "doubled": sum(max(0, found[model] - expected[model]) for model in expected),
        "refused": sum(outcome != "accepted" for one in (phone, other) for outcome in one.outcomes.values()),
    }


def run(number: int) -> dict[str, Any]:
    """All schedules in one database."""
    from uuid import uuid4

    from django.test import Client

    from furrow.customers.services import create_customer
    from furrow.field.services import register_device
    from tests.cast import build_cast

    cast = build_cast()
    tokens = [register_device(cast.rep, client_id=uuid4(), name="bench")[1] for _phone in range(2)]
    stores = [create_customer(by=cast.director, name=f"店 {n}", owner=cast.rep).pk for n in range(STORES)]
    world = {"client": Client(), "tokens": tokens, "stores": stores, "picture": picture}
    began, totals = time.perf_counter(), {"requests": 0, "failed": 0, "lost": 0, "doubled": 0, "refused": 0}
    for seed in range(number):
        for name, value in schedule(seed, world).items():
            totals[name] += value
    return {**totals, "seconds": round(time.perf_counter() - began, 1)}


def picture(place: int) -> bytes:
    """A small noisy JPEG, another one each time."""
    out = io.BytesIO()
    Image.effect_noise((60 + place, 50), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def measures(full: bool) -> Iterator[Measure]:
    """What was lost and doubled on each database."""
    number = FULL if full else SCHEDULES
    for name, address in databases(full):
        found = measured("bench.field", number, address)
        yield Measure(f"{name}: schedules of faults", number, "")
        yield Measure(f"{name}: requests, failed of them {found['failed']:,}", found["requests"], "")
        yield Measure(f"{name}: records lost or torn", found["lost"], "", 0)
        yield Measure(f"{name}: records doubled", found["doubled"], "", 0)
        yield Measure(f"{name}: messages refused", found["refused"], "", 0)
    yield from phone.measures()


def main() -> None:
    from django.conf import settings

    prepare()
    settings.ALLOWED_HOSTS = ["testserver"]
    print(json.dumps(run(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
