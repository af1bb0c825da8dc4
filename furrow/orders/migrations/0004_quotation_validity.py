"""The last day on which a quotation's prices are valid; those written before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_order_reference")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="Prices valid until"),
        ),
    ]
