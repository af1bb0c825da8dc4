"""furrow keys: the keys that seal answers about people; made, looked at, changed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from django.utils.translation import gettext as _

from furrow.contacts import answers, vault
from furrow.kit.figures import NOTHING


def run_keys_cli(arguments: list[str]) -> int:
    """status, create, rotate, forget. Exit codes: 0 done, 1 refused (one sentence on stderr), 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="furrow keys", description=_("Keys that seal answers about people"))
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("status", help=_("where the keys are, and how many answers each has sealed"))
    steps.add_parser("create", help=_("make the key file with a first key"))
    steps.add_parser(
        "rotate", help=_("add a new key and seal all answers with it; run again, it goes on where it stopped")
    )
    steps.add_parser("forget", help=_("remove keys with which nothing is sealed any more"))
    options = parser.parse_args(arguments)
    try:
        actions: dict[str, Callable[[], object]] = {
            "status": _status,
            "create": _create,
            "rotate": rotate,
            "forget": _forget,
        }
        actions[options.step]()
    except vault.VaultError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _status() -> None:
    held, sealed = vault.keys(), answers.sealed_by_key()
    _say(_("Key file: %(path)s") % {"path": vault.keys_file()})
    for key_id in held.known:
        word = _("in use") if key_id == held.current else _("old")
        _say(f"{key_id}  {word}  " + _("%(number)s answers") % {"number": sealed.pop(key_id, 0)})
    for key_id, number in sealed.items():
        _say(_("%(id)s is missing: %(number)s answers cannot be opened") % {"id": key_id, "number": number})


def _create() -> None:
    path = vault.create_keys()
    _say(
        _(
            "Made %(path)s. Keep a copy apart from the backups of the database: without it no answer can be opened."
        )
        % {"path": path}
    )


def rotate(step: int = 200) -> int:
    """Add a key, unless a rotation is still to be finished, and seal everything with it step by step; returns how many answers."""
    sealed = answers.sealed_by_key()
    if not set(sealed) - {vault.keys().current}:
        _say(_("New key: %(id)s") % {"id": vault.add_key()})
    done = 0
    while number := answers.reseal_some(step):
        done += number
        _say(_("%(number)s answers sealed anew") % {"number": done})
    _say(
        _("All answers are sealed with key %(id)s. Keep a copy of the new key file, then: furrow keys forget")
        % {"id": vault.keys().current}
    )
    return done


def _forget() -> None:
    old = set(vault.keys().known) - set(answers.sealed_by_key()) - {vault.keys().current}
    vault.forget_keys(old)
    _say(_("Forgotten: %(ids)s") % {"ids": ", ".join(sorted(old)) or NOTHING})
