"""Lists of people go by pinyin: the key of that order beside the name, and the index by it."""

from django.db import migrations, models

from furrow.kit.ordering import NameOrder, fill_name_order


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [
        migrations.AddField("contact", "name_order", NameOrder(of="name")),
        migrations.RunPython(fill_name_order("contacts", "Contact"), migrations.RunPython.noop),
        migrations.RemoveIndex("contact", "contact_name"),
        migrations.AddIndex("contact", models.Index(fields=["name_order", "id"], name="contact_name")),
    ]
