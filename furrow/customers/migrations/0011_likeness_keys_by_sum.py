"""Keys by the sum of a name's syllables, see duplicates.keys_of: 0013 fills them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_name_order")]
    operations = []
