"""Lists of brands and products go by pinyin."""

from django.db import migrations, models

from furrow.kit.ordering import NameOrder, fill_name_order


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_cost_price")]
    operations = [
        migrations.AddField("brand", "name_order", NameOrder(of="name")),
        migrations.AlterModelOptions("brand", {"ordering": ["name_order", "id"], "verbose_name": "Brand"}),
        migrations.RunPython(fill_name_order("catalog", "Brand"), migrations.RunPython.noop),
        migrations.AddField("product", "title_order", NameOrder(of="title", max_length=320)),
        migrations.RunPython(fill_name_order("catalog", "Product", "title_order"), migrations.RunPython.noop),
        migrations.RemoveIndex("product", "product_title"),
        migrations.AddIndex("product", models.Index(fields=["title_order", "id"], name="product_title")),
    ]
