"""People and a team for tests/addresses.py."""

from __future__ import annotations

from tests.cast import Cast


def things(cast: Cast) -> dict[str, object]:
    return {"people:pk": cast.rep, "team:pk": cast.north}
