"""No index by customer any more, so that no later change finds a key that is left over: all keys anew."""

from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

from furrow.customers.duplicates import Likeness, keys_of
from furrow.customers.rules import phones_of

BATCH = 2000


def fill(apps, schema_editor):
    key_model = apps.get_model("customers", "LikenessKey")
    key_model.objects.all().delete()
    rows = apps.get_model("customers", "Customer").objects.filter(deleted_at=None).order_by("pk")
    found = rows.values_list("pk", "name", "phone", "region_id", "company__registration_number").iterator(
        BATCH
    )
    while batch := list(islice(found, BATCH)):
        key_model.objects.bulk_create(
            key_model(key=key, customer_id=pk)
            for pk, name, phone, region, credit in batch
            for key in keys_of(Likeness(name, phones_of(phone), region or "", credit_code=credit or ""))
        )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0012_leaner_region"),
    ]

    operations = [
        migrations.AlterField(
            model_name="likenesskey",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
