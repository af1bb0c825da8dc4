"""The web server's process. Django is loaded by the server's own worker processes only, so this module starts fast."""

from __future__ import annotations

import socket

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from furrow.config import env

LAST_REQUESTS_SECONDS = 8


def is_free(host: str, port: int) -> bool:
    """Whether this process could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve(host: str, port: int) -> None:
    """Answer requests until SIGINT or SIGTERM; the requests begun are finished."""
    Granian(
        "furrow.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=env.number("FURROW_WEB_WORKERS", 1),
        blocking_threads=env.number("FURROW_WEB_THREADS", 4),
        log_level=LogLevels.warning,
        websockets=False,
        workers_kill_timeout=LAST_REQUESTS_SECONDS,
    ).serve()
