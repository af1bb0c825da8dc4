"""Django's PostgreSQL, except for how a connection kept from the last request is found to be alive."""

from __future__ import annotations

from select import POLLIN, poll

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket instead of asking SELECT 1 at the start of every request.

    An idle connection is silent. A server that restarted or ended it has said so or closed it, and a network that lost it is noticed by
    the keepalives: both leave something to read or an error. Anything else that arrived unasked costs a new connection, nothing more.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        socket = poll()
        socket.register(self.connection.pgconn.socket, POLLIN)
        return not socket.poll(0)
