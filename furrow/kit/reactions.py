"""What a lower room lets happen in the rooms above it, without knowing them: one table of dotted paths, settings.REACTIONS."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def react(event: str, *args: Any, **kwargs: Any) -> None:
    """Call every function wired to the event, in the order of the table and inside the caller's transaction; what one raises
    undoes the whole transaction. An event nobody waits for does nothing."""
    for path in settings.REACTIONS.get(event, ()):
        import_string(path)(*args, **kwargs)
