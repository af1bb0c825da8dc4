"""Lists of people go by pinyin."""

from django.db import migrations

from furrow.kit.ordering import NameOrder, fill_name_order


class Migration(migrations.Migration):
    dependencies = [("team", "0002_user_version")]
    operations = [
        migrations.AddField("user", "name_order", NameOrder(of="name")),
        migrations.AlterModelOptions("user", {"ordering": ["name_order", "id"], "verbose_name": "User"}),
        migrations.RunPython(fill_name_order("team", "User"), migrations.RunPython.noop),
    ]
