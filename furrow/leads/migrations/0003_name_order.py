"""Leads go by pinyin: the key of that order beside the name, and the index by it."""

from django.db import migrations, models

from furrow.kit.ordering import NameOrder, fill_name_order


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_lead_product")]
    operations = [
        migrations.AddField("lead", "name_order", NameOrder(of="name")),
        migrations.RunPython(fill_name_order("leads", "Lead"), migrations.RunPython.noop),
        migrations.RemoveIndex("lead", "lead_name"),
        migrations.AddIndex("lead", models.Index(fields=["name_order", "id"], name="lead_name")),
    ]
