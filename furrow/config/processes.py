"""Preparing the database of an installation, and running web server and worker under one Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from pkgutil import iter_modules
from types import FrameType

from django.apps import AppConfig, apps
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from furrow.assessment.versions import take_shipped_cards
from furrow.config import env
from furrow.contacts import vault
from furrow.kit.places import load_regions
from furrow.team.access import Role
from furrow.team.models import User
from furrow.team.services import create_person

STOP_SECONDS = 10
START_SECONDS = 60


class _Stop(Exception):
    """Somebody asked this process to end."""


def prepare(*, demo_company: bool) -> bool:
    """Bring the database to this version; build the demo company when asked and nobody is in it. Says whether it was built."""
    if not _is_migrated():
        print(_("Preparing the database"), flush=True)
        call_command("migrate", verbosity=0, interactive=False)
        load_regions()
        take_shipped_cards()
    if not demo_company or User.objects.exists():
        return False
    _make_keys()
    print(_("Building the demo company"), flush=True)
    import_string("furrow.config.demo.build_demo")(announce=lambda text: print(f"  {text}", flush=True))
    return True


def _is_migrated() -> bool:
    """Whether every migration is recorded. Told by the names of the files where all are: reading them takes half a second of each start."""
    known = MigrationRecorder(connection).applied_migrations()
    if all((app.label, name) in known for app in apps.get_app_configs() for name in _migrations_of(app)):
        return True
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _migrations_of(app: AppConfig) -> list[str]:
    folder = Path(app.path, "migrations")
    return [name for _finder, name, is_package in iter_modules([str(folder)]) if not is_package]


def _make_keys() -> None:
    """The demo company gets keys for its contact profiles; without a place for them it is built without profiles."""
    if vault.is_ready():
        return
    try:
        print(_("Made %(path)s: the key of the contact profiles") % {"path": vault.create_keys()}, flush=True)
    except vault.VaultError as error:
        print(error, flush=True)


def create_admin(username: str, name: str, password: str) -> None:
    """Add an administrator who may sign in; ends with a sentence saying what to change."""
    try:
        validate_password(password, User(username=username, name=name))
        User(username=username, name=name, role=Role.ADMINISTRATOR).clean_fields(exclude=["password"])
        create_person(by=None, username=username, name=name, role=Role.ADMINISTRATOR, password=password)
    except ValidationError as error:
        raise SystemExit(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise SystemExit(
            _("The sign-in name %(name)s is taken; choose another one.") % {"name": username}
        ) from error


def run(host: str, port: int) -> int:
    """Web server and worker until Ctrl-C; 1 when one of them ended by itself. Nothing is restarted."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    with_demo = env.flag("FURROW_DEMO", False)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        prepare(demo_company=with_demo)
        connections.close_all()
        children[_("web server")] = _spawn("serve", "--host", host, "--port", str(port))
        _wait_until_answering(host, port, children)
        # only now: two that start at once hold each other up
        children[_("worker")] = _spawn("worker")
        _say_address(host, port, with_demo)
        while not _ended(children):
            time.sleep(0.3)
        for name in _ended(children):
            print(
                _(
                    "The %(name)s ended by itself (exit code %(code)s); its messages are above. Everything is stopped."
                )
                % {"name": name, "code": children[name].returncode},
                flush=True,
            )
        return 1
    except _Stop:
        print("\n" + _("Stopping"), flush=True)
        return 0
    finally:
        _stop_all(list(children.values()))


def say_sign_ins() -> None:
    """Print who can sign in to the demo company."""
    print(_("Sign in as:"))
    for person in import_string("furrow.config.demo.sign_ins")():
        print(f"  {person.username:<12} {person.password:<16} {person.name} {person.role}")


def _say_address(host: str, port: int, with_demo: bool) -> None:
    print(_("Furrow is at %(address)s") % {"address": f"http://{_reachable(host)}:{port}"})
    if with_demo:
        say_sign_ins()
    print(_("Ctrl-C stops it."), flush=True)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"", "0.0.0.0"} else f"[{host}]" if ":" in host else host


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    for same in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(same, signal.SIG_IGN)
    raise _Stop


def _spawn(*arguments: str) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl-C reaches only this process, which then stops the children in order."""
    return subprocess.Popen(
        [sys.executable, "-m", "furrow", *arguments], start_new_session=True, stdin=subprocess.DEVNULL
    )


def _ended(children: dict[str, subprocess.Popen[bytes]]) -> list[str]:
    return [name for name, child in children.items() if child.poll() is not None]


def _wait_until_answering(host: str, port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not _ended(children):
        try:
            urllib.request.urlopen(f"http://{_reachable(host)}:{port}/healthz", timeout=START_SECONDS).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)


def _stop_all(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every child to end, wait, then end whatever is left of their process groups."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
