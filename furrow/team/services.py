"""Every change of people and teams."""

from __future__ import annotations

import hashlib
from itertools import count, islice
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.team.access import Role, may, sees_all
from furrow.team.models import Team, User, new_token

PERSON_FIELDS = (
    "username", "name", "email", "phone", "role", "team", "is_active", "start_address", "longitude", "latitude",
    "position_system", "work_start", "work_end", "lunch_start", "lunch_minutes", "daily_visit_limit",
)  # fmt: skip

# What the planner needs of a person; whoever plans may set these for the people in reach.
DAY_FIELDS = PERSON_FIELDS[7:]
PATH_LENGTH = 200
MOST_OPEN_POSTS = 50


class ChangedElsewhere(ValidationError):
    """The person or team changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _("Not saved: someone changed this meanwhile. Load the page again, then repeat your change.")
        )


@transaction.atomic
def create_team(*, name: str, parent: Team | None, by: User | None) -> Team:
    """A new node below `parent`, or the top of the tree."""
    team = Team.objects.create(name=name, parent=parent)
    team.path = f"{parent.path if parent else '/'}{team.pk}/"
    team.save(update_fields=["path"])
    audit.record(team, "create", by=by, changes={"name": [None, name]})
    return team


@transaction.atomic
def change_team(
    team: Team, *, name: str, parent: Team | None, by: User | None, version: int | None = None
) -> Team:
    """Rename a team, or move it with everything below it; the paths of the whole subtree follow.

    Raises ValidationError for a place inside itself, or one that makes the tree too deep. With `version`, raises
    ChangedElsewhere unless it is still the current one.
    """
    branch = list(Team.objects.select_for_update().filter(path__startswith=team.path).order_by("path"))
    parent = Team.objects.select_for_update().get(pk=parent.pk) if parent else None
    team = next(one for one in branch if one.pk == team.pk)
    if version is not None and version != team.version:
        raise ChangedElsewhere
    if parent is not None and parent.path.startswith(team.path):
        raise ValidationError({"parent": _("A team cannot be part of itself. Choose a team outside it.")})
    before = audit.values_of(team, ("name", "parent"))
    team.name, team.parent = name, parent
    changes = audit.changes_between(before, audit.values_of(team, ("name", "parent")))
    if not changes:
        return team
    old, new = team.path, f"{parent.path if parent else '/'}{team.pk}/"
    for one in branch:
        one.path = new + one.path[len(old) :]
        if len(one.path) > PATH_LENGTH:
            raise ValidationError(
                {"parent": _("The team structure gets too deep here. Choose a place further up.")}
            )
    team.version += 1
    team.updated_at = timezone.now()
    Team.objects.bulk_update(branch, ["path"])
    team.save()
    audit.record(team, "change", by=by, changes=changes)
    return team


@transaction.atomic
def delete_team(team: Team, *, by: User | None) -> None:
    """Remove a team without people and without teams below it; raises ValidationError otherwise."""
    if team.people.exists() or team.children.exists():
        raise ValidationError(_("Not deleted: this team still has people or teams. Move them first."))
    audit.record(team, "delete", by=by, changes={"name": [team.name, None]})
    team.delete()


@transaction.atomic
def create_person(*, by: User | None, password: str | None = None, **values: Any) -> User:
    """A new person; without a password they cannot sign in until an administrator sets one.

    Raises ValidationError for a sign-in name that is taken, in whatever case, and PermissionDenied when `by` may not
    add this person: holders of team.add_rep alone add reps to teams in their reach and nobody else.
    """
    person = User(**values)
    _check_addition(person, by)
    _check_username(person)
    person.set_password(password)
    person.save()
    audit.record(
        person, "create", by=by, changes=audit.changes_between({}, audit.values_of(person, PERSON_FIELDS))
    )
    return person


@transaction.atomic
def create_open_posts(number: int, *, team: Team | None, by: User) -> list[User]:
    """So many reps who are not known by name yet, to plan for: usual hours, no start point, no way to sign in.

    An administrator gives them name, sign-in name and password later; their plans and customers stay with them.
    Raises ValidationError for more than MOST_OPEN_POSTS, and PermissionDenied as create_person does.
    """
    if not 0 <= number <= MOST_OPEN_POSTS:
        raise ValidationError(
            _("At most %(most)d reps to be named at a time. Choose fewer.") % {"most": MOST_OPEN_POSTS}
        )
    list(
        Team.objects.select_for_update().filter(parent=None)
    )  # so that two callers do not count to the same number
    names = set(User.objects.values_list("name", flat=True))
    sign_ins = {name.lower() for name in User.objects.values_list("username", flat=True)}
    free = (
        (_("Rep to be named %(number)d") % {"number": n}, f"rep-{n}")
        for n in count(1)
        if f"rep-{n}" not in sign_ins
    )
    wanted = [
        (name, username) for name, username in islice((pair for pair in free if pair[0] not in names), number)
    ]
    return [
        create_person(by=by, name=name, username=username, role=Role.REP, team=team)
        for name, username in wanted
    ]


def _check_addition(person: User, by: User | None) -> None:
    if by is None or may(by, "team.change"):
        return
    in_reach = person.team is not None and (
        sees_all(by) or (by.team is not None and person.team.path.startswith(by.team.path))
    )
    if not may(by, "team.add_rep") or person.role != Role.REP or not in_reach:
        raise PermissionDenied("team.add_rep")


@transaction.atomic
def change_person(
    person: User, *, by: User | None, password: str | None = None, version: int | None = None, **values: Any
) -> User:
    """Change a person's facts; a new password signs them out everywhere else. Set by somebody else, it also withdraws the API token
    and the calendar address: whoever had to be locked out may know them.

    Raises PermissionDenied when `by` may not change these facts, and ValidationError for a sign-in name that is taken, for
    changing the own role or sign-in, and for taking away the last active administrator. With `version`, raises
    ChangedElsewhere unless it is still the current one.
    """
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    others = set(administrators.select_for_update().values_list("pk", flat=True)) - {person.pk}
    person = User.objects.select_for_update().get(pk=person.pk)
    if version is not None and version != person.version:
        raise ChangedElsewhere
    before = audit.values_of(person, PERSON_FIELDS)
    for name, value in values.items():
        setattr(person, name, value)
    changes = audit.changes_between(before, audit.values_of(person, PERSON_FIELDS))
    _check_change(person, by, changes, password, others)
    note = _renew_secrets(person, password, by) if password else ""
    if changes or password:
        person.version += 1
        person.save()
        audit.record(person, "change", by=by, changes=changes, note=note)
    return person


def _renew_secrets(person: User, password: str, by: User | None) -> str:
    """What goes with a new password, and how the audit entry says it."""
    person.set_password(password)
    if by is not None and by.pk == person.pk:
        return _("New password")
    person.api_token_hash, person.calendar_token = "", new_token()
    return _("New password; API token and calendar address withdrawn")


def _check_change(
    person: User, by: User | None, changes: audit.Changes, password: str | None, others: set[int]
) -> None:
    own = by is not None and by.pk == person.pk
    if by is not None and not may(by, "team.change"):
        days_only = set(changes) <= set(DAY_FIELDS) and (not changes or may(by, "team.plan_days"))
        if not days_only or (password and not own):
            raise PermissionDenied("team.change")
    if own and changes.keys() & {"role", "is_active"}:
        raise ValidationError(_("Nobody changes their own role or sign-in. Ask another administrator."))
    was_one = (
        changes.get("role", [person.role])[0] == Role.ADMINISTRATOR
        and changes.get("is_active", [person.is_active])[0]
    )
    still_one = person.role == Role.ADMINISTRATOR and person.is_active
    if was_one and not still_one and not others:
        raise ValidationError(
            _("This is the last administrator who can sign in. Make someone else administrator first.")
        )
    if "username" in changes:
        _check_username(person)


def _check_username(person: User) -> None:
    """Signing in does not tell capitals from small letters, so two names may not differ by them only."""
    if User.objects.filter(username__iexact=person.username).exclude(pk=person.pk).exists():
        raise ValidationError({"username": _("Someone else signs in with this name")})


def set_language(user: User, language: str) -> None:
    """The user's own language; a preference, not audited."""
    User.objects.filter(pk=user.pk).update(language=language)


def set_theme(user: User, theme: str) -> None:
    """The user's own theme; a preference, not audited."""
    User.objects.filter(pk=user.pk).update(theme=theme)


@transaction.atomic
def renew_calendar_token(user: User, *, by: User) -> User:
    """A new feed address; the old one stops at once."""
    user.calendar_token = new_token()
    user.save(update_fields=["calendar_token"])
    audit.record(user, "renew_calendar", by=by)
    return user


@transaction.atomic
def issue_api_token(user: User, *, by: User) -> str:
    """A new API token, shown once; only its hash is kept, and the one before stops at once."""
    token = new_token()
    user.api_token_hash = token_hash(token)
    user.save(update_fields=["api_token_hash"])
    audit.record(user, "issue_api_token", by=by, note=timezone.now().date().isoformat())
    return token


@transaction.atomic
def revoke_api_token(user: User, *, by: User) -> None:
    """Stop the API token at once."""
    user.api_token_hash = ""
    user.save(update_fields=["api_token_hash"])
    audit.record(user, "revoke_api_token", by=by)


def token_hash(token: str) -> str:
    """SHA-256 of a token: tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
