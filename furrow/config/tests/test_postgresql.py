"""Connections kept between requests: one that the server ended is replaced before it is used."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL only")
@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_ended_is_replaced() -> None:
    connection.close()
    connection.ensure_connection()
    assert connection.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    assert connection.is_usable()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    other.close()
    assert not connection.is_usable()
    connection.health_check_enabled, connection.health_check_done = True, False
    connection.close_if_health_check_failed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (process,)
    connection.close()
    assert not connection.is_usable()
