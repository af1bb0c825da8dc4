"""The team structure, and the addresses and tokens that belong to one person."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from furrow.kit.flash import flash
from furrow.team import services
from furrow.team.access import right_required
from furrow.team.models import Team, User
from furrow.team.people_forms import TeamForm


@right_required("team.change")
def teams(request: HttpRequest) -> HttpResponse:
    """The team structure as a tree, and a form for one more team."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and _saved(request, form, None):
        return redirect("team:teams")
    tree = Team.objects.order_by("path").annotate(count=Count("people", filter=Q(people__is_active=True)))
    rows = [(team, "\u3000" * team.depth) for team in tree]
    return render(
        request, "team/teams.html", {"form": form, "teams": rows}, status=422 if form.is_bound else 200
    )


@right_required("team.change")
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or move one team."""
    thing = get_object_or_404(Team, pk=pk)
    form = TeamForm(request.POST or None, instance=Team.objects.get(pk=pk))
    if request.method == "POST" and _saved(request, form, thing):
        return redirect("team:teams")
    return render(
        request, "team/team.html", {"form": form, "team": thing}, status=422 if form.is_bound else 200
    )


def _saved(request: HttpRequest, form: TeamForm, thing: Team | None) -> bool:
    """Whether the form was good and its team is written; errors go into the form."""
    user: Any = request.user
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            name, parent = form.cleaned_data["name"], form.cleaned_data["parent"]
            saved = (
                services.change_team(
                    thing, name=name, parent=parent, by=user, version=form.cleaned_data["version"]
                )
                if thing
                else services.create_team(name=name, parent=parent, by=user)
            )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    except IntegrityError:
        form.add_error("name", _("There is a team with this name in the same place"))
        return False
    flash(request, _("Saved “%(name)s”") % {"name": saved})
    return True


@require_POST
@right_required("team.change")
def delete_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an empty team."""
    user: Any = request.user
    thing = get_object_or_404(Team, pk=pk)
    try:
        services.delete_team(thing, by=user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
        return redirect("team:team", pk)
    flash(request, _("Deleted “%(name)s”") % {"name": thing.name})
    return redirect("team:teams")


@require_POST
def renew_calendar(request: HttpRequest) -> HttpResponse:
    """A new address for the own calendar feed."""
    assert isinstance(request.user, User)
    services.renew_calendar_token(request.user, by=request.user)
    flash(request, _("New calendar address; the old one has stopped"))
    return redirect("team:profile")


@require_POST
@never_cache
def issue_token(request: HttpRequest) -> HttpResponse:
    """A new API token, shown on this page and never again."""
    assert isinstance(request.user, User)
    return render(
        request, "team/token.html", {"token": services.issue_api_token(request.user, by=request.user)}
    )


@require_POST
def revoke_token(request: HttpRequest) -> HttpResponse:
    """Stop the own API token."""
    assert isinstance(request.user, User)
    services.revoke_api_token(request.user, by=request.user)
    flash(request, _("API token stopped"))
    return redirect("team:profile")
