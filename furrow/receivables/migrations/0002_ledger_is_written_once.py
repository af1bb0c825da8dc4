"""The database itself refuses to change what a ledger entry says, or to delete one. The customer may follow a merge, names and text
may be blanked by an erasure."""

from django.db import migrations

KEPT = ("id", "day", "kind", "amount", "document", "invoice_id", "payment_id", "at")
SAYS = "the ledger is written once"


def protect(apps, schema_editor):
    columns = ", ".join(f'"{name}"' for name in KEPT)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION receivables_ledger_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER receivables_ledger_unchanged BEFORE UPDATE OF {columns} OR DELETE ON receivables_ledgerentry "
            "FOR EACH ROW EXECUTE FUNCTION receivables_ledger_keep()"
        )
        return
    for name, when in (("unchanged", f"UPDATE OF {columns}"), ("undeleted", "DELETE")):
        schema_editor.execute(
            f"CREATE TRIGGER receivables_ledger_{name} BEFORE {when} ON receivables_ledgerentry "
            f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER receivables_ledger_unchanged ON receivables_ledgerentry")
        schema_editor.execute("DROP FUNCTION receivables_ledger_keep()")
        return
    for name in ("unchanged", "undeleted"):
        schema_editor.execute(f"DROP TRIGGER receivables_ledger_{name}")


class Migration(migrations.Migration):
    dependencies = [("receivables", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
