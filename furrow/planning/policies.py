"""Every change of visit policies, and their way from preset to rows to plain rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.planning.models import ChannelLimit, PolicyLine, VisitPolicy
from furrow.planning.rules import GRADES, PRESETS, GradeRule, PolicyRules, TravelRule, preset
from furrow.team.models import User

RULE_FIELDS = (
    "visits", "every_cycles", "min_gap_days", "max_gap_days", "preferred_weeks", "morning_first", "service_minutes",
)  # fmt: skip
TEXT_FIELDS = ("portrait", "direction", "content")
TRAVEL_FIELDS = ("detour", "speed_kmh", "park_minutes")


def rules_of(policy: VisitPolicy) -> PolicyRules:
    """The policy as plain data; two queries."""
    lines = {
        line.grade: GradeRule(
            **{name: getattr(line, name) for name in RULE_FIELDS if name != "preferred_weeks"},
            preferred_weeks=tuple(line.preferred_weeks),
        )
        for line in policy.lines.all()
    }
    limits = {limit.channel_type: limit.daily_limit for limit in policy.channel_limits.all()}
    travel = TravelRule(policy.detour, policy.speed_kmh, policy.park_minutes)
    return PolicyRules(policy.name, lines, limits, policy.allow_mixing, travel)


def policy_in_use() -> VisitPolicy:
    """The policy in use; on a fresh installation the four-week cycle is made and used."""
    found = VisitPolicy.objects.filter(in_use=True).first()
    if found is None:
        found = VisitPolicy.objects.filter(preset=PRESETS[0]).first() or create_from_preset(
            PRESETS[0], by=None
        )
        use_policy(found, by=None)
    return found


def line_text(line: PolicyLine, field: str, preset_code: str) -> str:
    """A line's text; where none was written, the preset's in the reader's language."""
    own = str(getattr(line, field))
    if own or preset_code not in PRESETS:
        return own
    return str(getattr(preset(preset_code).text(line.grade, get_language() or ""), field))


@transaction.atomic
def create_from_preset(code: str, *, by: User | None) -> VisitPolicy:
    """A new policy as shipped, not in use yet."""
    shipped = preset(code)
    policy = VisitPolicy.objects.create(
        name=shipped.name(get_language() or ""), preset=code, allow_mixing=shipped.rules.allow_mixing
    )
    _fill(policy, shipped.rules)
    audit.record(policy, "create", by=by, changes={"preset": [None, code]})
    return policy


def _fill(policy: VisitPolicy, rules: PolicyRules) -> None:
    policy.lines.all().delete()
    policy.channel_limits.all().delete()
    PolicyLine.objects.bulk_create(
        PolicyLine(policy=policy, grade=grade, **_rule_values(rules.lines[grade]))
        for grade in GRADES
        if grade in rules.lines
    )
    ChannelLimit.objects.bulk_create(
        ChannelLimit(policy=policy, channel_type=channel, daily_limit=limit)
        for channel, limit in rules.channel_limits.items()
    )


def _rule_values(rule: GradeRule) -> dict[str, Any]:
    return {
        **{name: getattr(rule, name) for name in RULE_FIELDS},
        "preferred_weeks": list(rule.preferred_weeks),
    }


@transaction.atomic
def reset_policy(policy: VisitPolicy, *, by: User | None) -> VisitPolicy:
    """Back to the preset the policy came from; raises ValidationError when it came from none."""
    row = VisitPolicy.objects.select_for_update().get(pk=policy.pk)
    if row.preset not in PRESETS:
        raise ValidationError(_("This policy was not made from a preset: change its rules by hand."))
    before = rules_of(row).as_json()
    shipped = preset(row.preset).rules
    row.allow_mixing = shipped.allow_mixing
    row.detour, row.speed_kmh, row.park_minutes = (
        shipped.travel.detour,
        shipped.travel.speed_kmh,
        shipped.travel.park_minutes,
    )
    _touch(row)
    _fill(row, shipped)
    after = rules_of(row).as_json()
    audit.record(row, "reset", by=by, changes=audit.changes_between(before, after))
    return row


@transaction.atomic
def change_policy(
    policy: VisitPolicy,
    *,
    by: User | None,
    version: int | None = None,
    values: Mapping[str, Any],
    lines: Mapping[str, Mapping[str, Any]],
    limits: Mapping[str, int | None],
) -> VisitPolicy:
    """Write a whole policy: own fields, lines by grade, daily limits by channel (None: no limit).

    A text equal to the preset's is kept as "as in the preset", so that it follows the reader's language. Raises
    ValidationError when somebody changed the policy since `version`.
    """
    row = VisitPolicy.objects.select_for_update().get(pk=policy.pk)
    if version is not None and version != row.version:
        raise ValidationError(
            _(
                "Not saved: someone changed these rules meanwhile. Load the page again, then repeat your change."
            )
        )
    before = rules_of(row).as_json()
    for name, value in values.items():
        setattr(row, name, value)
    _touch(row)
    own = {line.grade: line for line in row.lines.all()}
    for grade, given in lines.items():
        line = own.get(grade) or PolicyLine(policy=row, grade=grade)
        for name, value in given.items():
            setattr(line, name, _unless_preset(row.preset, grade, name, value))
        line.save()
    row.channel_limits.all().delete()
    ChannelLimit.objects.bulk_create(
        ChannelLimit(policy=row, channel_type=channel, daily_limit=limit)
        for channel, limit in limits.items()
        if limit
    )
    row = VisitPolicy.objects.get(pk=row.pk)
    audit.record(row, "change", by=by, changes=audit.changes_between(before, rules_of(row).as_json()))
    return row


def _unless_preset(code: str, grade: str, name: str, value: Any) -> Any:
    if name in TEXT_FIELDS and code in PRESETS:
        shipped = {getattr(preset(code).text(grade, language), name) for language in ("en", "zh")}
        return "" if value in shipped else value
    return value


def _touch(policy: VisitPolicy) -> None:
    policy.version += 1
    policy.updated_at = timezone.now()
    policy.save()


@transaction.atomic
def use_policy(policy: VisitPolicy, *, by: User | None) -> None:
    """Use this policy for new plans; plans there are keep the one they were made with."""
    VisitPolicy.objects.filter(in_use=True).exclude(pk=policy.pk).update(in_use=False)
    VisitPolicy.objects.filter(pk=policy.pk).update(in_use=True)
    policy.in_use = True
    audit.record(policy, "use", by=by)
