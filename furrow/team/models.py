"""People and the team tree (P11.4)."""

from __future__ import annotations

import secrets
from datetime import time

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.kit.models import BaseModel
from furrow.kit.ordering import NameOrder
from furrow.kit.positions import CoordinateSystem
from furrow.team.access import Role, may, sees_all


def new_token() -> str:
    """An unguessable address part, 43 characters."""
    return secrets.token_urlsafe(32)


class Team(BaseModel):
    """A node of the team tree. `path` holds the ids from the top, like /1/4/, so that a subtree is one prefix."""

    name = models.CharField(_("Name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(max_length=200, db_index=True, editable=False, default="")

    class Meta:
        verbose_name = _("Team")
        ordering = ["path"]
        constraints = [models.UniqueConstraint("parent", Lower("name"), name="team_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for the top."""
        return self.path.count("/") - 2


class UserQuerySet(models.QuerySet["User"]):
    """People, narrowed by what the asking user may see."""

    def visible_to(self, user: User) -> UserQuerySet:
        """Everybody for company-wide roles; the team's subtree for a manager; the own team for a rep."""
        if sees_all(user):
            return self
        if user.team is None:
            return self.filter(pk=user.pk)
        if user.role == Role.MANAGER:
            return self.filter(models.Q(team__path__startswith=user.team.path) | models.Q(pk=user.pk))
        return self.filter(team=user.team)

    def line_within_reach(self, user: User) -> UserQuerySet:
        """Those visible to the user and those who lead the user's teams: whose work in the background concerns the user."""
        steps = user.team.path.strip("/").split("/") if user.team else []
        above = ["/" + "/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]
        reach = self.visible_to(user).values("pk")
        return self.filter(models.Q(pk__in=reach) | models.Q(team__path__in=above, role=Role.MANAGER))

    def reps(self) -> UserQuerySet:
        """Active people whose days are planned."""
        return self.filter(role=Role.REP, is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Lets Django's sign-in look people up without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        found: User = self.get(username__iexact=username)
        return found


class User(AbstractBaseUser):
    """Anyone who can sign in; a rep also has a start point and working hours for the planner (P4.4)."""

    username = models.CharField(
        _("Sign-in name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", _("Use letters, digits and . @ + - _ only"))],
    )
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=60)
    name_order = NameOrder()
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    role = models.CharField(_("Role"), max_length=20, choices=Role, default=Role.REP)
    team = models.ForeignKey(
        Team, verbose_name=_("Team"), null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    is_active = models.BooleanField(_("Can sign in"), default=True)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    theme = models.CharField(
        max_length=6,
        default="system",
        choices=[("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
    )

    start_address = models.CharField(_("Start point"), max_length=200, blank=True)
    longitude = models.FloatField(_("Longitude"), null=True, blank=True)
    latitude = models.FloatField(_("Latitude"), null=True, blank=True)
    position_system = models.CharField(
        _("Coordinate system"), max_length=6, choices=CoordinateSystem, default=CoordinateSystem.GCJ02
    )
    work_start = models.TimeField(_("Work begins"), default=time(9, 0))
    work_end = models.TimeField(_("Work ends"), default=time(18, 0))
    lunch_start = models.TimeField(_("Lunch begins"), default=time(12, 0))
    lunch_minutes = models.PositiveSmallIntegerField(
        _("Lunch minutes"), default=60, validators=[MaxValueValidator(240)]
    )
    daily_visit_limit = models.PositiveSmallIntegerField(
        _("Daily visit limit"), default=16, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    calendar_token = models.CharField(max_length=50, unique=True, default=new_token, editable=False)
    api_token_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    # Rises with every change of the facts, as in kit's BaseModel; preferences and tokens do not count.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("User")
        ordering = ["name_order", "id"]

    @property
    def reach_key(self) -> tuple[object, ...]:
        """All that `visible_to` may look at: who has the same has the same reach, by the same statement (kit.prepared)."""
        place = (self.team.path, self.team.parent_id) if self.team else None
        return self.pk, self.role, self.team_id, place

    def __str__(self) -> str:
        return self.name

    @property
    def has_start_point(self) -> bool:
        return self.longitude is not None and self.latitude is not None

    def may(self, right: str) -> bool:
        """Whether this person holds a right of the table in access.py; raises KeyError for one that stands in no role."""
        return may(self, right)

    def get_short_name(self) -> str:
        return self.name[:1]
