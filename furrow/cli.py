"""The furrow command. Everything heavy is imported by the command that needs it, so that `furrow plan` starts without Django or a database."""

from __future__ import annotations

import argparse
import gettext
import locale
import os
import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path

from furrow import __version__

_ = gettext.gettext
Command = Callable[[list[str]], int]


def use_language() -> None:
    """Speak Chinese when LANG, LC_ALL, LC_MESSAGES or LANGUAGE say so, else English. argparse looks its own words up in the same catalog."""
    wish = next(
        (os.environ[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
        "",
    )
    os.environ["LANGUAGE"] = "zh_Hans" if wish.lower().startswith("zh") else "en"
    gettext.bindtextdomain("django", str(Path(__file__).parent / "locale"))
    gettext.textdomain("django")
    for stream in (sys.stdout, sys.stderr):
        if locale.getpreferredencoding(False).upper() != "UTF-8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")


def _argparse_words() -> tuple[str, ...]:
    """The words argparse brings along, named so that they are collected for translation."""
    return (
        _("usage: "),
        _("options"),
        _("positional arguments"),
        _("show this help message and exit"),
        _("%(prog)s: error: %(message)s\n"),
        _("the following arguments are required: %s"),
        _("unrecognized arguments: %s"),
        _("invalid choice: %(value)r (choose from %(choices)s)"),
        _("invalid %(type)s value: %(value)r"),
        _("expected one argument"),
        _("argument %(argument_name)s: %(message)s"),
    )


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.utils import translation

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
    translation.activate("zh-hans" if os.environ["LANGUAGE"] == "zh_Hans" else "en")


def plan(arguments: list[str]) -> int:
    """Plans a file without a database."""
    from furrow.planning.command import run_plan_cli

    return run_plan_cli(arguments)


def import_file(arguments: list[str]) -> int:
    """Imports a file into the database by the same steps as the page."""
    parser = argparse.ArgumentParser(prog="furrow import", description=_("Import records from a file"))
    parser.add_argument("what", choices=["customers"], help=_("what the file holds"))
    parser.add_argument(
        "rest",
        nargs=argparse.REMAINDER,
        metavar=_("FILE [options]"),
        help=_("furrow import customers --help lists them"),
    )
    if arguments and arguments[0] == "customers":
        _django()
        from furrow.records.importing.command import run_import_cli

        return run_import_cli(arguments[0], arguments[1:])
    parser.parse_args(arguments)
    return 2


def serve(arguments: list[str]) -> int:
    """Runs the web server."""
    parser = argparse.ArgumentParser(
        prog="furrow serve", description=_("Run the web server; the worker runs beside it with furrow worker")
    )
    _address_options(parser)
    options = parser.parse_args(arguments)
    from furrow.config import web

    _refuse_taken_port(options.host, options.port)
    web.serve(options.host, options.port)
    return 0


def worker(arguments: list[str]) -> int:
    """Runs background work."""
    parser = argparse.ArgumentParser(
        prog="furrow worker",
        description=_(
            "Run background work: imports and plans. Any number may run, on any number of machines"
        ),
    )
    parser.parse_args(arguments)
    _django()
    from django.core.management import call_command

    from furrow.kit.schedules import keep_schedules

    keep_schedules()
    call_command("qcluster")
    return 0


def run(arguments: list[str]) -> int:
    """Runs everything on one machine."""
    parser = argparse.ArgumentParser(
        prog="furrow run", description=_("Prepare the database, then run web server and worker until Ctrl-C")
    )
    _address_options(parser)
    options = parser.parse_args(arguments)
    _refuse_taken_port(options.host, options.port)
    _django()
    from furrow.config import processes

    return processes.run(options.host, options.port)


def demo(arguments: list[str]) -> int:
    """Builds the demo company."""
    parser = argparse.ArgumentParser(
        prog="furrow demo", description=_("Fill an empty database with the demo company")
    )
    parser.parse_args(arguments)
    _django()
    from furrow.config import processes

    if not processes.prepare(demo_company=True):
        raise SystemExit(
            _(
                "The database already holds people; the demo company is only built into an empty one. Set FURROW_DATA to another folder and try again."
            )
        )
    processes.say_sign_ins()
    return 0


def create_admin(arguments: list[str]) -> int:
    """Makes the first administrator."""
    parser = argparse.ArgumentParser(
        prog="furrow createadmin",
        description=_("Add an administrator; the password is asked for, or read from FURROW_ADMIN_PASSWORD"),
    )
    parser.add_argument("username", help=_("sign-in name"))
    parser.add_argument("--name", help=_("the name others see (default: the sign-in name)"))
    options = parser.parse_args(arguments)
    _django()
    from furrow.config import processes

    processes.prepare(demo_company=False)
    password = os.environ.get("FURROW_ADMIN_PASSWORD") or getpass(_("Password (at least 10 characters): "))
    processes.create_admin(options.username, options.name or options.username, password)
    print(_("Added. %(name)s can sign in now.") % {"name": options.username})
    return 0


def keys(arguments: list[str]) -> int:
    """The keys that seal answers about people."""
    _django()
    from furrow.contacts.command import run_keys_cli

    return run_keys_cli(arguments)


def manage(arguments: list[str]) -> int:
    """Hands over to Django's own commands."""
    _django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["furrow manage", *arguments])
    return 0


def _address_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        default=os.environ.get("FURROW_BIND", "127.0.0.1"),
        help=_("address to listen on (default %(default)s)"),
    )
    parser.add_argument(
        "--port",
        type=int,
        default=int(os.environ.get("PORT") or 8000),
        help=_("port to listen on (default %(default)s)"),
    )


def _refuse_taken_port(host: str, port: int) -> None:
    from furrow.config import web

    if not web.is_free(host, port):
        text = _("Port %(port)s is taken. Stop what uses it, or choose another one: PORT=%(other)s make run")
        raise SystemExit(text % {"port": port, "other": port + 80})


def commands() -> dict[str, tuple[Command, str]]:
    """name -> (function, one line of help)."""
    return {
        "plan": (plan, _("plan visits for a customer file, without a database")),
        "run": (run, _("prepare the database, then run web server and worker")),
        "serve": (serve, _("run the web server")),
        "worker": (worker, _("run background work")),
        "demo": (demo, _("build the demo company")),
        "import": (import_file, _("import customers from a file")),
        "createadmin": (create_admin, _("add an administrator")),
        "keys": (keys, _("make, look at and change the keys that seal answers about people")),
        "manage": (manage, _("Django's own commands")),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 refused or failed (one sentence on stderr), 2 wrong usage."""
    use_language()
    given = list(sys.argv[1:] if arguments is None else arguments)
    known = commands()
    if given and given[0] in known:
        try:
            return known[given[0]][0](given[1:])
        except KeyboardInterrupt:
            return 130
    listing = "\n".join(f"  {name:<12} {text}" for name, (_command, text) in known.items())
    parser = argparse.ArgumentParser(
        prog="furrow",
        description=_("Furrow runs a field-sales organization: customers, grades, visit plans."),
        epilog=_("Commands:") + "\n" + listing + "\n\n" + _("furrow COMMAND --help says more."),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"furrow {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.add_argument("command", choices=known, metavar=_("COMMAND"), help=_("what to do"))
    parser.parse_args(given or ["--help"])
    return 2


if __name__ == "__main__":
    sys.exit(main())
