"""The sales doctor on the phone (P5.5): handlers of settings.PHONE_COMMANDS, and what it keeps of open cases (settings.PHONE_PARTS).

The day of each stage is the day on which it was written on the phone, however late it arrives."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit.phone import Command, Payload
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits import need_queries, needs
from furrow.visits.need_models import NeedCase
from furrow.visits.phone import customer_of, day_of, known_or_sent

LONGEST, LONGEST_OUTCOME = 1000, 300


def cases(user: User, customers: set[int]) -> dict[str, list[dict[str, Any]]]:
    """What is open at the day's customers."""
    return need_queries.cases_for_phone(user, customers) if may(user, "visits.view") else {}


def examine(command: Command) -> dict[str, Any]:
    """doctor.examine: customer, need, findings."""
    payload = Payload(command.payload)
    customer = customer_of(command, payload)
    guide = [need.code for need in need_queries.company_guide()]
    case = needs.examine(
        customer,
        by=command.by,
        need=payload.choice("need", guide, _("Need")),
        findings=payload.text("findings", LONGEST, _("What was found")),
        day=_day(command),
        owner=command.by,
        client_id=command.client_id,
    )
    return _answer(case)


def diagnose(command: Command) -> dict[str, Any]:
    """doctor.diagnose: case, or `opened`, the id of the message that opened it; diagnosis."""
    payload = Payload(command.payload)
    said = payload.text("diagnosis", LONGEST, _("Diagnosis"))
    return _answer(needs.diagnose(_case(command, payload), by=command.by, diagnosis=said, day=_day(command)))


def prescribe(command: Command) -> dict[str, Any]:
    """doctor.prescribe: case or opened; prescription, act_on."""
    payload = Payload(command.payload)
    said = payload.text("prescription", LONGEST, _("Prescription"))
    act_on = day_of(payload, "act_on", _("To be done by"))
    if act_on is None:
        raise ValidationError(_("Say by which day it is to be done"))
    case = _case(command, payload)
    return _answer(needs.prescribe(case, by=command.by, prescription=said, day=_day(command), act_on=act_on))


def close(command: Command) -> dict[str, Any]:
    """doctor.close: case or opened; outcome."""
    payload = Payload(command.payload)
    said = payload.text("outcome", LONGEST_OUTCOME, _("Outcome"))
    return _answer(needs.close_case(_case(command, payload), by=command.by, outcome=said, day=_day(command)))


def _case(command: Command, payload: Payload) -> NeedCase:
    rows = NeedCase.objects.visible_to(command.by)
    return known_or_sent(command, payload, rows, "case", "opened", _("Sales doctor's case"))


def _day(command: Command) -> date:
    return timezone.localdate(command.at)


def _answer(case: NeedCase) -> dict[str, Any]:
    return {"id": case.pk, "version": case.version}
