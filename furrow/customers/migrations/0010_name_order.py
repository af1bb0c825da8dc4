"""Lists go by pinyin: the key of that order beside the name, and the indexes by it."""

from django.db import migrations, models

from furrow.kit.ordering import NameOrder, fill_name_order


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_leaner_indexes")]
    operations = [
        migrations.AddField("customer", "name_order", NameOrder(of="name")),
        migrations.RunPython(fill_name_order("customers", "Customer"), migrations.RunPython.noop),
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
