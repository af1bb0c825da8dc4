"""Lists go by pinyin: the key of that order beside the name, and the indexes by it."""

from itertools import islice

from django.db import migrations, models

from furrow.kit.ordering import NameOrder, name_order

BATCH = 1000


def fill(apps, schema_editor):
    model = apps.get_model("customers", "Customer")
    rows = model.objects.only("name").order_by("pk").iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        for customer in batch:
            customer.name_order = name_order(customer.name)
        model.objects.bulk_update(batch, ["name_order"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_leaner_indexes")]
    operations = [
        migrations.AddField("customer", "name_order", NameOrder(of="name")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        *(
            operation
            for name, fields in (
                ("customer_name", ["name_order", "id"]),
                ("customer_kind_name", ["kind", "name_order", "id"]),
                ("customer_owner_name", ["owner", "name_order", "id"]),
            )
            for operation in (
                migrations.RemoveIndex("customer", name),
                migrations.AddIndex("customer", models.Index(fields=fields, name=name)),
            )
        ),
    ]
