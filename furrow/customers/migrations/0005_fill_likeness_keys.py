"""Keys of the customers that are there already: 0013 fills them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_duplicates")]
    operations = []
