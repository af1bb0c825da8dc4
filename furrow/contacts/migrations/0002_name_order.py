"""Lists of people go by pinyin: the key of that order beside the name, and the index by it."""

from itertools import islice

from django.db import migrations, models

from furrow.kit.ordering import NameOrder, name_order

BATCH = 1000


def fill(apps, schema_editor):
    model = apps.get_model("contacts", "Contact")
    rows = model.objects.only("name").order_by("pk").iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        for contact in batch:
            contact.name_order = name_order(contact.name)
        model.objects.bulk_update(batch, ["name_order"])


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [
        migrations.AddField("contact", "name_order", NameOrder(of="name")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex("contact", "contact_name"),
        migrations.AddIndex("contact", models.Index(fields=["name_order", "id"], name="contact_name")),
    ]
