"""A PostgreSQL server for the length of one command: made, started, stopped and deleted.

python -m tests.cluster -- COMMAND ...     runs COMMAND with FURROW_DATABASE set; ends with its exit code
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
    "log_statement": "none",
}


class NoPostgreSQL(Exception):
    """PostgreSQL is not installed, or would not start."""


def programs() -> Path:
    """The folder of initdb and postgres: on the PATH, else Debian's newest version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not folders:
        raise NoPostgreSQL(
            "PostgreSQL is missing: install it (Debian: apt-get install postgresql) and try again."
        )
    return folders[-1]


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it gets Debian's own account, else nobody's."""
    if os.getuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Yields the database address, like postgresql://furrow:…@127.0.0.1:54321/postgres; raises NoPostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="furrow-pg-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        server, address = _start(folder)
        yield address
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    account, binaries, port, password = _account(), programs(), free_port(), secrets.token_urlsafe(12)
    secret = folder / "password"
    secret.write_text(password)
    if account:
        for path in (folder, secret):
            os.chown(path, account["user"], account["group"])
    data = folder / "data"
    made = subprocess.run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "furrow",
            "--pwfile",
            secret,
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        **account,
    )
    if made.returncode:
        raise NoPostgreSQL(f"PostgreSQL could not be set up: {made.stderr.strip()}")
    options = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *options],
        cwd=folder,
        start_new_session=True,
        **account,
    )
    try:
        _wait_until_ready(server, port)
    except NoPostgreSQL:
        server.kill()
        raise
    return server, f"postgresql://furrow:{password}@127.0.0.1:{port}/postgres"


def _wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    """The port opens once recovery is over; a server that is still starting up refuses or says so, which the clients retry."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NoPostgreSQL(f"PostgreSQL ended while starting, with exit code {server.returncode}.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            time.sleep(0.3)
            return
        time.sleep(0.1)
    raise NoPostgreSQL("PostgreSQL did not start within a minute.")


def _stop(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    """Run the command; its exit code, or 1 when the server could not be had."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.cluster -- COMMAND ...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _stop)
    try:
        with cluster() as address:
            child = subprocess.Popen(command, env=os.environ | {"FURROW_DATABASE": address})
            try:
                return child.wait()
            except (KeyboardInterrupt, SystemExit):
                child.terminate()
                child.wait(30)
                return 130
    except NoPostgreSQL as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
