"""What the clock calls: settings.SCHEDULES, name -> (dotted path of a function without arguments, minutes between calls). Each must be
harmless however often it is called and by whichever worker."""

from __future__ import annotations

from django.conf import settings
from django_q.models import Schedule


def keep_schedules() -> None:
    """Write the schedules of this company into the queue's table as settings name them; those no longer named go. Called by every worker
    that starts."""
    prefix = f"{settings.COMPANY}:"
    wanted = {f"{prefix}{name}": entry for name, entry in settings.SCHEDULES.items()}
    Schedule.objects.filter(name__startswith=prefix).exclude(name__in=list(wanted)).delete()
    for name, (function, minutes) in wanted.items():
        Schedule.objects.update_or_create(
            name=name,
            defaults={"func": function, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
        )
