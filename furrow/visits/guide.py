"""The interview guide (P5.4), pure: needs, and for each the questions in the order of the funnel (open, self-assessment, direct), every one with
its word of the 5W2H. Open questions bring out what we do not know, closed ones confirm it; what each is bad for stands in WARNINGS."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OPEN, SELF, DIRECT = "open", "self", "direct"
WHO, WHAT, WHERE, WHEN, WHY, HOW, HOW_MUCH = "who", "what", "where", "when", "why", "how", "how_much"

STAGES: dict[str, Any] = {
    OPEN: pgettext_lazy("question", "Open"),
    SELF: pgettext_lazy("question", "Self-assessment"),
    DIRECT: pgettext_lazy("question", "Direct"),
}
WORDS: dict[str, Any] = {
    WHO: pgettext_lazy("5W2H", "Who"),
    WHAT: pgettext_lazy("5W2H", "What"),
    WHERE: pgettext_lazy("5W2H", "Where"),
    WHEN: pgettext_lazy("5W2H", "When"),
    WHY: pgettext_lazy("5W2H", "Why"),
    HOW: pgettext_lazy("5W2H", "How"),
    HOW_MUCH: pgettext_lazy("5W2H", "How much"),
}
WARNINGS: dict[str, Any] = {
    OPEN: _("Open questions bring out what you do not know; they take time, and a silent customer needs one that is narrower."),
    SELF: _("Let them judge themselves: what they say of their own accord they do not argue with afterwards."),
    DIRECT: _("Closed questions confirm and lead to agreement; too early they feel like an interrogation and teach you nothing new."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its stage in the funnel and its word of the 5W2H. `code` is unique in the whole guide."""

    code: str
    stage: str
    word: str
    text: Any

    @property
    def is_open(self) -> bool:
        """Whether it asks for more than yes, no or a figure."""
        return self.stage != DIRECT


@dataclass(frozen=True, slots=True)
class Need:
    """One need with its question set."""

    code: str
    label: Any
    questions: tuple[Question, ...]


NEEDS: tuple[Need, ...] = (
    Need("goods", _("Goods that sell"), (
        Question("goods_sells", OPEN, WHAT, _("What sells best here at present, and what do people ask for in vain?")),
        Question("goods_who", OPEN, WHO, _("Who comes in to buy this, and who decides what you order?")),
        Question("goods_content", SELF, HOW, _("How content are you with your range, from 1 to 5, and what would make it a 5?")),
        Question("goods_more", DIRECT, HOW_MUCH, _("How many more would you sell in a month if the range were complete?")),
    )),
    Need("margin", _("Margin and price"), (
        Question("margin_counts", OPEN, WHAT, _("What do you look at first when you compare two suppliers?")),
        Question("margin_price", OPEN, WHY, _("Why does the price here move, and who moves it?")),
        Question("margin_enough", SELF, HOW, _("How do you judge your margin on this kind of goods against last year?")),
        Question("margin_wanted", DIRECT, HOW_MUCH, _("What margin per piece makes it worthwhile for you?")),
    )),
    Need("supply", _("Delivery and stock"), (
        Question("supply_runs_out", OPEN, WHAT, _("What happens when something runs out?")),
        Question("supply_when", OPEN, WHEN, _("When do you order, and when does it have to be here?")),
        Question("supply_stock", SELF, HOW, _("How much of your stock would you rather not have?")),
        Question("supply_where", DIRECT, WHERE, _("Where do you store it, and does a weekly delivery suit you?")),
    )),
    Need("service", _("After-sales service"), (
        Question("service_trouble", OPEN, WHAT, _("What has given you trouble with goods like ours?")),
        Question("service_who", OPEN, WHO, _("Who deals with returns here, and how much time does that take?")),
        Question("service_good", SELF, HOW, _("How would good service show in your shop?")),
        Question("service_days", DIRECT, HOW_MUCH, _("How many days may an exchange take at most?")),
    )),
    Need("display", _("Display and promotion"), (
        Question("display_draws", OPEN, WHAT, _("What draws people into the shop, and what makes them pick something up?")),
        Question("display_where", OPEN, WHERE, _("Where in the shop does most of the money come from?")),
        Question("display_rate", SELF, HOW, _("How do you rate your display from 1 to 5 against the shop next door?")),
        Question("display_place", DIRECT, WHEN, _("When could we rearrange one shelf together?")),
    )),
    Need("growth", _("Growth of the business"), (
        Question("growth_goal", OPEN, WHAT, _("Where should the business stand in three years?")),
        Question("growth_why", OPEN, WHY, _("Why has it not got there yet?")),
        Question("growth_able", SELF, HOW, _("What are you strong at, and what would you gladly hand to somebody?")),
        Question("growth_next", DIRECT, WHEN, _("What is the next step, and when do you take it?")),
    )),
)  # fmt: skip
QUESTIONS: dict[str, Question] = {question.code: question for need in NEEDS for question in need.questions}
NEED_CHOICES = [(need.code, need.label) for need in NEEDS]


def gaps(need: Need, answered: Collection[str]) -> tuple[Question, ...]:
    """What is not known yet, in the order in which it is asked."""
    return tuple(question for question in need.questions if question.code not in answered)


@dataclass(frozen=True, slots=True)
class OwnNeed:
    """A need as a company wrote it: with the code of a shipped one it stands in its place; hidden, nobody is asked."""

    need: Need
    hidden: bool = False


def merged(own: Iterable[OwnNeed]) -> tuple[Need, ...]:
    """The guide of a company: the shipped needs in their order, each as the company wrote it, then its own ones."""
    written = {one.need.code: one for one in own}
    shipped = {need.code for need in NEEDS}
    found = [written.get(need.code, OwnNeed(need)) for need in NEEDS]
    found += [one for code, one in written.items() if code not in shipped]
    return tuple(one.need for one in found if not one.hidden)


def in_funnel_order(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Open ones first, direct ones last; within a stage as they were written."""
    order = list(STAGES)
    return tuple(sorted(questions, key=lambda one: order.index(one.stage)))
