"""`furrow import customers FILE`: the same steps as the pages, without pages."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from furrow.kit.figures import listed
from furrow.kit.sheets import SheetError
from furrow.records import record as records
from furrow.records.importing import engine, services
from furrow.records.importing.models import ImportBatch, Outcome

PIECE = 1 << 20
MOST_ERRORS = 1000
OK, ROWS_LEFT_OUT, NOT_DONE = 0, 1, 2


def run_import_cli(record: str, arguments: Sequence[str]) -> int:
    """Import a file; 0 when every row went in, 1 when rows with errors or possible duplicates were left out, 2 when nothing was done."""
    options = _parser(record).parse_args(arguments)
    try:
        by = _person(options.user, record)
        batch = _run(record, options, by)
    except (SheetError, ValidationError, OSError) as error:
        sys.stderr.write(f"{_words(error)}\n")
        return NOT_DONE
    sys.stdout.write(_as_json(batch, options) if options.json else _as_text(batch, options))
    return ROWS_LEFT_OUT if batch.count(Outcome.ERROR) or batch.count(Outcome.DUPLICATE) else OK


def _parser(record: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"furrow import {record}", description=_("Import a list from Excel or CSV")
    )
    parser.add_argument("file", type=Path, metavar=_("FILE"), help=_("the list: .xlsx, .xls or .csv"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would happen"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object"))
    parser.add_argument(
        "--user", metavar="NAME", help=_("sign-in name in whose name to import (default: an administrator)")
    )
    parser.add_argument("--sheet", default="", help=_("the worksheet to read"))
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=_("an option of the matching page, like existing=overwrite"),
    )
    return parser


def _person(username: str | None, record: str) -> Any:
    people: Any = get_user_model()._default_manager.filter(is_active=True)
    found = people.filter(username__iexact=username) if username else people.filter(role="administrator")
    person = found.order_by("pk").first()
    if person is None:
        raise ValidationError(_("There is no such user. Name one with --user."))
    if not person.may(records.get(record).right("import")):
        raise ValidationError(
            _("%(name)s has no right to import. Name another user with --user.")
            % {"name": person.get_username()}
        )
    return person


def _run(record: str, options: argparse.Namespace, by: Any) -> ImportBatch:
    batch = services.take_file(record, _pieces(options.file), options.file.name, by=by)
    if options.sheet and options.sheet != batch.sheet:
        services.choose_sheet(batch, options.sheet)
    importer = engine.importer_of(batch)
    blank = importer.options_form(by)
    given = (
        {name: field.initial for name, field in blank.fields.items()}
        | batch.options
        | _given(options.set, list(blank.fields))
    )
    form = importer.options_form(by, data=given)
    if not form.is_valid():
        raise ValidationError(
            [f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]
        )
    chosen = importer.plain_options(form.cleaned_data)
    services.match(batch, batch.columns, chosen, by=by, at_once=True, check=options.dry_run)
    if not options.dry_run:
        batch = services.start(batch, by=by, at_once=True)
        engine.advance(batch, seconds=float("inf"))
    return ImportBatch.objects.get(pk=batch.pk)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _given(pairs: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    given = dict(pair.partition("=")[::2] for pair in pairs)
    if unknown := set(given) - set(known):
        raise ValidationError(
            _("There is no option %(name)s. There are: %(known)s")
            % {"name": listed(sorted(unknown)), "known": listed(known)}
        )
    return given


def _words(error: Exception) -> str:
    if isinstance(error, SheetError):
        return error.message
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return _("The file cannot be read: %(file)s") % {"file": getattr(error, "filename", None) or error}


def _problems(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    for number, messages in (
        batch.rows.filter(outcome=Outcome.ERROR)
        .order_by("number")
        .values_list("number", "messages")[:MOST_ERRORS]
    ):
        for message in messages:
            if message["level"] == "error":
                yield {
                    "row": number,
                    "field": message["field"],
                    "value": message["value"],
                    "message": message["text"],
                }


def _as_json(batch: ImportBatch, options: argparse.Namespace) -> str:
    told: dict[str, Any] = {
        "file": str(batch),
        "dry_run": options.dry_run,
        "import": batch.pk,
        "seconds": round(batch.seconds, 2),
    }
    told["rows"] = sum(batch.counts.values())
    told |= {outcome.value: batch.count(outcome) for outcome in Outcome}
    told["errors"] = list(_problems(batch))
    return json.dumps(told, ensure_ascii=False) + "\n"


def _as_text(batch: ImportBatch, options: argparse.Namespace) -> str:
    lines = [
        _("Checked, nothing written: %(file)s") % {"file": str(batch)}
        if options.dry_run
        else _("Imported: %(file)s") % {"file": str(batch)}
    ]
    lines += [f"  {outcome.label}: {batch.count(outcome):,}" for outcome in Outcome]
    labels = engine.importer_of(batch).labels()
    for problem in _problems(batch):
        place = {
            "row": problem["row"],
            "field": labels.get(problem["field"], problem["field"]),
            "text": problem["message"],
        }
        lines.append(_("  Row %(row)d, %(field)s: %(text)s") % place)
    return "\n".join(lines) + "\n"
