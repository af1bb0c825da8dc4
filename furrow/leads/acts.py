"""What a user may do to a lead as it stands: one table for the buttons on its page and the forms behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.leads import converting, feedback, handover, services
from furrow.leads.models import Lead
from furrow.leads.states import Move, State, can
from furrow.team.models import User


@dataclass(frozen=True)
class Act:
    """One act: its button, the right it takes, and the move it makes (None: `when` alone decides)."""

    name: str
    label: Any
    icon: str
    right: str
    move: Move | None
    run: Callable[..., Any]
    done: Any
    primary: bool = False
    asks: bool = True  # a form first; else done at once
    when: tuple[State, ...] = ()

    def possible(self, lead: Lead, user: User) -> bool:
        """Whether it goes from where the lead stands, for this user."""
        goes = can(self.move, lead.state) if self.move else lead.state in self.when
        return goes and user.may(self.right) and (self.right == "leads.assign" or acts_for(lead, user))


def acts_for(lead: Lead, user: User) -> bool:
    """Whether the user may act in the lead's matter: its holder, whoever assigns leads, and while nobody holds it who entered it."""
    own = lead.holder_id == user.pk or (lead.holder_id is None and lead.entered_by_id == user.pk)
    return own or user.may("leads.assign")


def _assign(lead: Lead, *, by: User, person: User, holder: int | None, note: str) -> Any:
    return handover.assign_lead(lead, person, by=by, instead_of=holder, note=note)


def _report(lead: Lead, *, by: User, result: str, **values: Any) -> Any:
    return feedback.report_lead(lead, result, by=by, **values)


def _lose(lead: Lead, *, by: User, reason: str, text: str) -> Any:
    return feedback.lose_lead(lead, reason, by=by, text=text)


ACTS = (
    Act("report", _("Report"), "message-check", "leads.report", Move.CONFIRM, _report, _("Feedback saved"), True),
    Act("convert", _("Convert to customer"), "building-store", "leads.convert", Move.CONVERT, converting.convert_lead, _("Converted to a customer"), True),
    Act("talk", _("Record a talk"), "messages", "leads.report", Move.TALK, feedback.record_talk, _("Talk saved")),
    Act("assign", pgettext_lazy("verb", "Assign"), "user-plus", "leads.assign", Move.ASSIGN, _assign, _("Assigned")),
    Act("lose", _("Mark as lost"), "circle-x", "leads.report", Move.LOSE, _lose, _("Marked as lost")),
    Act("release", _("Give back to the pool"), "ripple", "leads.report", Move.RELEASE, feedback.release_lead, _("Given back to the pool")),
    Act("merge", pgettext_lazy("verb", "Merge"), "git-merge", "leads.change", Move.MERGE, services.merge_lead, _("Merged")),
    Act("unmerge", _("Undo the merge"), "arrow-back-up", "leads.change", None, services.unmerge_lead, _("They are two leads again"), asks=False, when=(State.MERGED,)),
    Act("undo", _("Undo the conversion"), "arrow-back-up", "leads.convert", None, converting.undo_conversion, _("Conversion undone"), asks=False, when=(State.CONVERTED,)),
)  # fmt: skip
BY_NAME = {act.name: act for act in ACTS}


def acts_of(lead: Lead, user: User) -> list[Act]:
    """The acts that go now, the likeliest first."""
    return [act for act in ACTS if act.possible(lead, user)]
