from typing import Any


def words() -> dict[str, str]:
    return {}


def labels() -> dict[str, Any]:
    return {}
