"""Leads go by pinyin: the key of that order beside the name, and the index by it."""

from itertools import islice

from django.db import migrations, models

from furrow.kit.ordering import NameOrder, name_order

BATCH = 1000


def fill(apps, schema_editor):
    model = apps.get_model("leads", "Lead")
    rows = model.objects.only("name").order_by("pk").iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        for lead in batch:
            lead.name_order = name_order(lead.name)
        model.objects.bulk_update(batch, ["name_order"])


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_lead_product")]
    operations = [
        migrations.AddField("lead", "name_order", NameOrder(of="name")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex("lead", "lead_name"),
        migrations.AddIndex("lead", models.Index(fields=["name_order", "id"], name="lead_name")),
    ]
