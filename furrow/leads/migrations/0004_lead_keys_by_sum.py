"""Keys anew: a name's key is the sum of its syllables' numbers, see customers.duplicates.keys_of."""

from itertools import islice

from django.db import migrations

from furrow.customers.duplicates import Likeness, keys_of
from furrow.customers.rules import phones_of

BATCH = 2000


def fill(apps, schema_editor):
    key_model = apps.get_model("leads", "LeadKey")
    key_model.objects.all().delete()
    rows = apps.get_model("leads", "Lead").objects.filter(deleted_at=None).order_by("pk")
    found = rows.values_list("pk", "name", "phone", "region_id", "address").iterator(BATCH)
    while batch := list(islice(found, BATCH)):
        key_model.objects.bulk_create(
            key_model(key=key, lead_id=pk)
            for pk, name, phone, region, address in batch
            for key in keys_of(Likeness(name, phones_of(phone), region or "", address))
        )


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_name_order")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
