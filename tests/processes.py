"""Real processes for tests: a database of their own, furrow commands, a web server and a worker."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from tests.cluster import free_port

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Installation:
    """One empty installation: settings in `environment`, data in `folder`."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def variables(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FURROW_", "DJANGO_", "PYTEST_"))
        }
        return (
            kept
            | {
                "FURROW_DATA": str(self.folder),
                "FURROW_SECRET_KEY": "only-for-tests",
                "FURROW_KEYS_FILE": str(self.folder / "answers.keys"),
                "PYTHONUNBUFFERED": "1",
            }
            | self.environment
        )

    def furrow(self, *arguments: str) -> str:
        """Run one furrow command to its end; returns what it printed."""
        return self.python("-m", "furrow", *arguments)

    def python(self, *arguments: str) -> str:
        """Run Python to its end in this installation."""
        made = subprocess.run(
            [sys.executable, *arguments],
            env=self.variables(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert made.returncode == 0, f"{arguments}\n{made.stdout}\n{made.stderr}"
        return made.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a furrow command that runs on; its output goes to a file in the folder."""
        log = (self.folder / f"{arguments[0]}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "furrow", *arguments],
            env=self.variables(),
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """End a started command with everything it started: ask, wait, then force. SIGKILL forces at once, on the whole group."""
    with contextlib.suppress(ProcessLookupError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something to become so; AssertionError says what did not."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def serving(installation: Installation) -> Iterator[str]:
    """A web server for the installation; yields its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = installation.start("serve", "--port", str(port))
    try:
        until(
            lambda: server.poll() is not None or answers(f"{address}/healthz"), 60, "the web server answers"
        )
        assert server.poll() is None, installation.log("serve")
        yield address
    finally:
        end(server)


@contextlib.contextmanager
def database() -> Iterator[dict[str, str]]:
    """Settings of a database of its own on the kind the tests run on: nothing to set for SQLite, a new one on the PostgreSQL server."""
    given = os.environ.get("FURROW_DATABASE", "")
    if not given.startswith("postgres"):
        yield {}
        return
    import psycopg

    name = f"furrow_{uuid4().hex[:12]}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield {"FURROW_DATABASE": urlunsplit(urlsplit(given)._replace(path=f"/{name}"))}
    finally:
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
