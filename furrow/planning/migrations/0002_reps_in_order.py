"""Plans of a cycle go by the pinyin of their reps."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("team", "0003_name_order")]
    operations = [
        migrations.AlterModelOptions(
            "visitplan", {"ordering": ["cycle", "rep__name_order", "id"], "verbose_name": "Visit plan"}
        )
    ]
