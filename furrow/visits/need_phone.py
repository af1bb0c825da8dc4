"""What the phone may do with needs and gaps: handlers of settings.PHONE_COMMANDS, and what it keeps for them (settings.PHONE_PARTS)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from furrow.kit.phone import Command, Payload
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits import checks, need_queries, needs
from furrow.visits.check_models import ExclusiveShop, StoreCheckItem, StoreStandard
from furrow.visits.models import StepPlan, VisitType
from furrow.visits.phone import BIGGEST_ID, customer_of, record_in
from furrow.visits.words import checklist_of

MOST_ANSWERS = 200


def guide(user: User, customers: set[int]) -> list[list[Any]]:
    """The interview guide: [need, its name, [[question, its words, stage, word of the 5W2H], ...]]. One query."""
    return [
        [
            need.code,
            str(need.label),
            [[one.code, str(one.text), one.stage, one.word] for one in need.questions],
        ]
        for need in need_queries.company_guide()
    ]


def answer(command: Command) -> dict[str, Any]:
    """need.answer: customer, visit, answers [question, text]."""
    payload = Payload(command.payload)
    label = _("Interview guide")
    customer = customer_of(command, payload)
    rows = payload.rows("answers", MOST_ANSWERS, label)
    made = needs.answer_needs(
        customer,
        {row.text("question", 40, label): row.text("text", needs.LONGEST_ANSWER, label) for row in rows},
        by=command.by,
        client_id=command.client_id,
        at=command.at,
        record=record_in(command, payload, label),
    )
    return {"id": made[0].pk, "version": 1}


def close_gap(command: Command) -> dict[str, Any]:
    """gap.close: item."""
    payload = Payload(command.payload)
    pk = payload.whole("item", 1, BIGGEST_ID, _("Gap"))
    item = StoreCheckItem.objects.visible_to(command.by).filter(pk=pk or 0).first()
    if item is None or not may(command.by, "visits.add"):
        raise ValidationError(_("This gap is not there any more or is no longer yours"))
    return {"id": checks.close_gap(item, by=command.by).pk, "version": 1}


def prepared(user: User, customers: set[int]) -> dict[str, Any]:
    """Visit type -> what to take along and the script. One query."""
    own = {row.visit_type: row for row in StepPlan.objects.all()}
    return {
        kind: {
            "take": own[kind].checklist if kind in own else checklist_of(kind),
            "script": own[kind].script if kind in own else "",
        }
        for kind in VisitType.values
    }


def standard(user: User, customers: set[int]) -> dict[str, Any]:
    """The store standard: days to close a gap, [code, words, points expected], and which of the customers are scored against it."""
    row = StoreStandard.objects.first() if may(user, "visits.view") else None
    if row is None or not row.asked:
        return {}
    shops = ExclusiveShop.objects.visible_to(user).values_list("customer", flat=True)
    items = [[one["code"], one["text"], one["must"]] for one in row.asked]
    return {"days": row.days, "items": items, "shops": list(shops)}


def answers(user: User, customers: set[int]) -> dict[str, dict[str, list[str]]]:
    """What is known of the needs of the day's customers."""
    return need_queries.answers_for_phone(user, customers) if may(user, "visits.view") else {}


def gaps(user: User, customers: set[int]) -> dict[str, list[list[Any]]]:
    """What is still to be put right at the day's customers."""
    return need_queries.gaps_for_phone(user, customers) if may(user, "visits.view") else {}
