"""The states of a lead and what may be done in each (P2.2). Pure: services refuse every move that does not stand in MOVES, so no order of
operations and no retry brings a lead into two hands or out of sight."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a lead stands between the first inquiry and its end."""

    ENTERED = "entered", pgettext_lazy("lead", "Entered")
    ON_SHEET = "on_sheet", _("On the sheet")
    ASSIGNED = "assigned", _("Awaiting feedback")
    NEEDS_MORE = "needs_more", _("To be clarified")
    VALID = "valid", pgettext_lazy("lead", "Valid")
    TALK = "talk", _("In talks")
    CONVERTED = "converted", _("Converted")
    REJECTED = "rejected", pgettext_lazy("lead", "Not valid")
    LOST = "lost", pgettext_lazy("lead", "Lost")
    POOL = "pool", _("In the pool")
    MERGED = "merged", _("Merged")


class Move(models.TextChoices):
    """What is done to a lead."""

    LIST = "list", _("Put on the sheet")
    ASSIGN = "assign", pgettext_lazy("verb", "Assign")
    CONFIRM = "confirm", _("Report as valid")
    ASK_MORE = "ask_more", _("Report as to be clarified")
    REJECT = "reject", _("Report as not valid")
    TALK = "talk", _("Record a talk")
    CONVERT = "convert", _("Convert to customer")
    LOSE = "lose", _("Mark as lost")
    RELEASE = "release", _("Give back to the pool")
    PICK = "pick", _("Take from the pool")
    MERGE = "merge", pgettext_lazy("verb", "Merge")


class Reject(models.TextChoices):
    """Why a lead is not valid."""

    UNREACHABLE = "unreachable", _("Cannot be reached")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    NO_NEED = "no_need", _("No need")
    NOT_OUR_FIELD = "not_our_field", _("Not our products")
    OUT_OF_AREA = "out_of_area", _("Outside our area")
    CONSUMER = "consumer", _("Buys for own use only")
    RIVAL = "rival", _("A rival asking around")
    DUPLICATE = "duplicate", _("Known already")
    OTHER = "other", pgettext_lazy("reason", "Other")


class Loss(models.TextChoices):
    """Why a valid lead came to nothing."""

    PRICE = "price", pgettext_lazy("reason", "Price")
    TERMS = "terms", _("Terms of cooperation")
    RIVAL = "rival", _("Went to a rival")
    MONEY = "money", _("No money")
    LATER = "later", _("Put off")
    SILENT = "silent", _("No answer any more")
    OTHER = "other", pgettext_lazy("reason", "Other")


# Who holds a lead answers for it; in the other states nobody does.
HELD = frozenset({State.ASSIGNED, State.NEEDS_MORE, State.VALID, State.TALK})
WAITING = frozenset({State.ENTERED, State.ON_SHEET})
CLOSED = frozenset({State.CONVERTED, State.REJECTED, State.LOST})  # the last holder stays named
ENDED = CLOSED | {State.MERGED}
OWNERLESS = WAITING | {State.POOL, State.MERGED}
DUE = frozenset({State.ASSIGNED, State.NEEDS_MORE})
GOOD = frozenset({State.VALID, State.TALK})

# move -> state before -> state after
MOVES: dict[Move, dict[State, State]] = {
    Move.LIST: {State.ENTERED: State.ON_SHEET},
    Move.ASSIGN: {
        **dict.fromkeys((State.ENTERED, State.ON_SHEET, State.POOL), State.ASSIGNED),
        **{state: state for state in HELD},
    },
    Move.CONFIRM: dict.fromkeys(DUE, State.VALID),
    Move.ASK_MORE: dict.fromkeys(DUE, State.NEEDS_MORE),
    Move.REJECT: dict.fromkeys(DUE, State.REJECTED),
    Move.TALK: dict.fromkeys(GOOD, State.TALK),
    Move.CONVERT: dict.fromkeys(GOOD, State.CONVERTED),
    Move.LOSE: dict.fromkeys(GOOD, State.LOST),
    Move.RELEASE: dict.fromkeys(HELD | {State.LOST, State.REJECTED}, State.POOL),
    Move.PICK: {State.POOL: State.ASSIGNED},
    Move.MERGE: dict.fromkeys(WAITING | HELD | {State.POOL}, State.MERGED),
}


class NotNow(ValueError):
    """This move does not go from the state the lead is in."""

    def __init__(self, move: Move, state: str) -> None:
        super().__init__(f"{move} from {state}")
        self.move, self.state = move, State(state)


def after(move: Move, state: str) -> State:
    """The state the move leads to. Raises NotNow.

    >>> after(Move.CONFIRM, "assigned")
    State.VALID
    """
    try:
        return MOVES[move][State(state)]
    except KeyError:
        raise NotNow(move, state) from None


def can(move: Move, state: str) -> bool:
    """Whether the move goes from this state."""
    return State(state) in MOVES[move]
