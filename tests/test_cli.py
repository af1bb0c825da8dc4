"""The furrow command from the outside: languages, exit codes, and that planning needs no database."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from furrow import cli


def said(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str, str]:
    """Exit code, stdout and stderr of one command."""
    try:
        code: int | str | None = cli.main(arguments)
    except SystemExit as ended:
        code = ended.code
    out, err = capfd.readouterr()
    return code, out, err


@pytest.fixture(autouse=True)
def no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.setenv(name, "")


def test_help_speaks_the_language_of_the_shell(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    code, out, _ = said(capfd, "--help")
    assert code == 0 and "给客户文件排拜访计划" in out and "用法：" in out
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    code, out, _ = said(capfd, "--help")
    assert code == 0 and "plan visits for a customer file" in out


def test_wrong_usage_ends_with_2(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    code, _, err = said(capfd, "frobnicate")
    assert code == 2 and "frobnicate" in err
    code, _, err = said(capfd, "serve", "--port", "many")
    assert code == 2 and "many" in err


def test_a_taken_port_is_said_with_a_way_out(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, _, _ = said(capfd, "run", "--port", str(port))
    assert (
        code == f"Port {port} is taken. Stop what uses it, or choose another one: PORT={port + 80} make run"
    )


def test_planning_a_missing_file_needs_no_database(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = said(capfd, "plan", str(tmp_path / "nothing.csv"), "--reps", "1")
    assert code not in {0, None} and (err or isinstance(code, str))
