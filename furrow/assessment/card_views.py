"""Pages of the scorecards themselves: the list, one card, its editor with preview, publishing, TOML, re-grading."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from furrow.assessment import learning_queries, queries, tasks, versions
from furrow.assessment.cards import CARD_FACT, CUSTOMER_GRADE, Band, Card, Method, Subject
from furrow.assessment.editing import flags_of, with_form, with_row, without_row
from furrow.assessment.facts import known_facts, name_of, unfilled
from furrow.assessment.methods import rows_of, table_of, turned
from furrow.assessment.models import CardVersion
from furrow.assessment.parsing import CardError, Problem, toml_of
from furrow.assessment.regrading import Preview, preview
from furrow.assessment.scorecards import current_card, current_cards
from furrow.customers.models import Customer
from furrow.customers.models import Kind as CustomerKind
from furrow.kit.figures import is_chinese, listed
from furrow.kit.flash import flash
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import right_required

TOML_BYTES = 200_000
METHODS = {
    Method.SCORE: gettext_lazy("Weighted score and thresholds"),
    Method.MATRIX: gettext_lazy("Matrix of two groups"),
    Method.COMBINATION: gettext_lazy("Combinations of yes and no"),
    Method.RANKING: gettext_lazy("Ranking by a figure of the books"),
}
SUBJECTS = {Subject.CUSTOMER: gettext_lazy("Customers"), Subject.REGION: gettext_lazy("Regions")}


def method_names() -> list[tuple[str, str]]:
    """How a class may come about, to choose from."""
    return [(method.value, str(name)) for method, name in METHODS.items()]


def _card(code: str) -> Card:
    try:
        return current_card(code)
    except CardError as error:
        raise Http404 from error


@require_safe
@right_required("assessment.view")
def cards(request: HttpRequest) -> HttpResponse:
    """All cards in force, and drafts of new ones."""
    found = current_cards()
    drafts = CardVersion.objects.filter(state=CardVersion.State.DRAFT).values_list("code", flat=True)
    context = {
        "cards": list(found.values()),
        "drafts": set(drafts),
        "new": [code for code in drafts if code not in found],
    }
    return render(request, "assessment/cards.html", context)


@require_safe
@right_required("assessment.view")
def card_page(request: HttpRequest, code: str) -> HttpResponse:
    """One card as it is in force, with its versions."""
    user: Any = request.user
    card = _card(code)
    job = queries.regrade_job(code, user)
    context = {
        "card": card,
        "versions": CardVersion.objects.filter(code=code, state=CardVersion.State.PUBLISHED).select_related(
            "by"
        ),
        "draft": CardVersion.objects.filter(code=code, state=CardVersion.State.DRAFT).exists(),
        "facts": [
            (name_of(fact), fact in unfilled([fact]))
            for fact in card.facts()
            if not fact.startswith(CARD_FACT)
        ],
        "matrix": [(one, [card.matrix[one, two] for two in Band]) for one in Band] if card.matrix else [],
        "job": job,
    }
    return render(request, "assessment/card.html", context)


# Editing ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("assessment.cards")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a card's next version. POST takes the form, then does what its button says; the first one begins the draft."""
    user: Any = request.user
    try:
        draft = versions.draft_of(code)
    except CardError as error:
        raise Http404 from error
    if request.method != "POST":
        return _edit_page(request, draft, draft.definition)
    draft = draft if draft.pk else versions.start_draft(code, by=user)
    do, _colon, path = request.POST.get("do", "save").partition(":")
    definition = with_form(draft.definition, {name: str(value) for name, value in request.POST.items()})
    before = str(draft.definition.get("method") or Method.SCORE)
    if do == "add":
        definition = with_row(definition, path)
    elif do == "remove":
        definition = without_row(definition, path)
    if do in ("add", "remove", "fit") or definition.get("method", before) != before:
        definition = turned(definition, before)
    seen = request.POST.get("version", "")
    try:
        draft = versions.save_draft(
            draft, definition, by=user, version=int(seen) if seen.isdecimal() and len(seen) < 9 else None
        )
    except versions.ChangedElsewhere:
        return _edit_page(request, draft, definition, changed=True, status=409)
    if do == "publish":
        return _publish(request, draft)
    return _edit_page(request, draft, draft.definition, shown=do == "preview")


def _publish(request: HttpRequest, draft: CardVersion) -> HttpResponse:
    user: Any = request.user
    try:
        made = versions.publish(draft, by=user, note=clean_text(request.POST.get("note", ""))[:300])
    except CardError:
        return _edit_page(request, draft, draft.definition, status=422)
    flash(
        request,
        _("Version %(number)d is in force. Customers keep their classes until they are judged anew.")
        % {"number": made.number},
    )
    return redirect("assessment:card", made.code)


def _edit_page(
    request: HttpRequest,
    draft: CardVersion,
    definition: dict[str, Any],
    *,
    shown: bool = False,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    user: Any = request.user
    problems: tuple[Problem, ...] = ()
    found: Preview | None = None
    try:
        card = versions.read_card(definition)
        found = preview(card, user) if shown else None
    except CardError as error:
        problems = error.problems
    context = {
        "draft": draft,
        "raw": definition,
        "flags": " ".join(flags_of(definition)),
        "problems": problems,
        "preview": found,
        "names": names_of(request, found) if found else {},
        "changed": changed,
    }
    context |= _offered(draft, definition)
    return render(request, "assessment/edit.html", context, status=status)


def _offered(draft: CardVersion, definition: dict[str, Any]) -> dict[str, Any]:
    """What the editor's fields offer to choose from."""
    customers = definition.get("subject") != Subject.REGION
    others = [
        (CARD_FACT + code, str(one.name)) for code, one in current_cards().items() if code != draft.code
    ]
    return {
        "zh": is_chinese(),
        "kinds": [
            ("choice", _("Choice")),
            ("number", _("Figure")),
            ("yes_no", _("Yes or no")),
            ("computed", _("From the books")),
        ],
        "methods": method_names() if customers else method_names()[:-1],
        "for_customers": customers,
        "customer_kinds": [(kind, str(label)) for kind, label in CustomerKind.choices],
        "kinds_named": " ".join(CustomerKind.values),
        "scale": {"low": "1", "high": "5"} | table_of(definition, "scale"),
        "fixed_classes": draft.code == CUSTOMER_GRADE,
        "class_codes": [one.get("code", "") for one in rows_of(definition, "classes")],
        "has_values": any("values" in one for one in rows_of(definition, "classes")),
        "facts": [(code, name_of(code)) for code in sorted(known_facts())] + others if customers else [],
    }


def names_of(request: HttpRequest, found: Preview) -> dict[int, str]:
    """Names of the customers shown in a preview."""
    user: Any = request.user
    ids = [pk for pk, _before, _after in found.changed]
    return dict(Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "name"))


@require_POST
@right_required("assessment.cards")
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    user: Any = request.user
    draft = get_object_or_404(CardVersion, code=code, state=CardVersion.State.DRAFT)
    versions.discard_draft(draft, by=user)
    flash(request, _("Draft discarded"))
    return redirect("assessment:cards")


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("assessment.cards")
def take(request: HttpRequest) -> HttpResponse:
    """A card from TOML, as text or file; becomes a draft."""
    user: Any = request.user
    text = ""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        sent: Any = request.FILES.get("file")
        text = (
            sent.read(TOML_BYTES + 1).decode("utf-8-sig", "replace") if sent else request.POST.get("text", "")
        )
        try:
            if len(text) > TOML_BYTES:
                raise CardError([Problem("", _("At most %(most)d characters") % {"most": TOML_BYTES})])
            draft = versions.take_toml(text.replace("\r\n", "\n"), by=user)
        except CardError as error:
            problems = error.problems
        else:
            return redirect("assessment:edit", draft.code)
    context = {"text": text[:TOML_BYTES], "problems": problems}
    return render(request, "assessment/take.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("assessment.cards")
def new(request: HttpRequest) -> HttpResponse:
    """A new card of a chosen method; becomes a draft."""
    user: Any = request.user
    given = {name: clean_text(request.POST.get(name, "")).strip()[:300] for name in ("code", "zh", "en")}
    method = request.POST.get("method", Method.SCORE.value)
    subject = request.POST.get("subject", Subject.CUSTOMER.value)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if method not in METHODS:
                raise CardError([Problem("method", _("One of: %(known)s") % {"known": listed(METHODS)})])
            if subject not in SUBJECTS:
                raise CardError([Problem("subject", _("One of: %(known)s") % {"known": listed(SUBJECTS)})])
            name = {"zh": given["zh"], "en": given["en"]}
            draft = versions.start_card(
                given["code"], name, Method(method), by=user, subject=Subject(subject)
            )
        except CardError as error:
            problems = error.problems
        else:
            return redirect("assessment:edit", draft.code)
    context = {
        "given": given,
        "method": method,
        "methods": method_names(),
        "subject": subject,
        "subjects": [(one.value, str(label)) for one, label in SUBJECTS.items()],
        "problems": problems,
    }
    return render(request, "assessment/new.html", context, status=422 if problems else 200)


@require_POST
@right_required("assessment.cards")
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """A new card that begins as a copy."""
    user: Any = request.user
    try:
        draft = versions.copy_card(_card(code).code, request.POST.get("code", "").strip()[:60], by=user)
    except CardError as error:
        flash(request, "; ".join(one.text for one in error.problems), kind="bad")
        return redirect("assessment:card", code)
    return redirect("assessment:edit", draft.code)


@require_GET
@right_required("assessment.view")
def toml(request: HttpRequest, code: str) -> HttpResponse:
    """The card in force as a TOML file."""
    _card(code)
    answer = HttpResponse(
        toml_of(versions.definition_of(code)), content_type="application/toml; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{code}.toml"'
    return answer


# Everybody at once ------------------------------------------------------------------------------


@require_POST
@right_required("assessment.regrade")
def regrade(request: HttpRequest, code: str) -> HttpResponse:
    """Re-grade everybody in reach in the background."""
    user: Any = request.user
    card = _card(code)
    if queries.regrade_running(code):
        flash(request, _("This card is re-graded already"), kind="note")
    else:
        tasks.start_regrade(card.code, by=user)
    return redirect("assessment:card", code)


@require_safe
@right_required("assessment.view")
def learning(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the card's classes and scores tell what became of the customers: AUC with interval, lift and calibration by class."""
    user: Any = request.user
    card = _card(code)
    name = request.GET.get("outcome", "")
    known = learning_queries.outcomes()
    chosen = name if name in known else next(iter(known), "")
    context = {
        "card": card,
        "outcomes": [(code_, label) for code_, label in known.items()],
        "chosen": chosen,
        "result": learning_queries.check_card(card, chosen, user, timezone.localdate()) if chosen else None,
    }
    return render(request, "assessment/learning.html", context)
