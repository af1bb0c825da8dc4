from django.db import migrations


def forget_limit(apps, schema_editor):
    """The limit of waiting entries is set by whoever writes, see furrow.kit.grams."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER INDEX "customers_search_grams" RESET (gin_pending_list_limit)')


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(forget_limit, migrations.RunPython.noop),
    ]
