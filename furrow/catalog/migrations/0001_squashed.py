import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import furrow.kit.grams
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('catalog', '0001_initial'), ('catalog', '0002_brand_director')]

    initial = True

    dependencies = [
        ('team', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=40, verbose_name='Brand')),
                ('name_key', models.CharField(editable=False, max_length=80, unique=True)),
                ('director', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='directed_brands', to=settings.AUTH_USER_MODEL, verbose_name='Market director')),
            ],
            options={
                'verbose_name': 'Brand',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Variety',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=40, verbose_name='Name')),
                ('path', models.CharField(editable=False, max_length=220, verbose_name='Variety')),
                ('path_key', models.CharField(editable=False, max_length=220, unique=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='catalog.variety', verbose_name='Part of')),
            ],
            options={
                'verbose_name': 'Variety',
                'ordering': ['path_key'],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('code', models.CharField(max_length=40, verbose_name='Code')),
                ('barcode', models.CharField(blank=True, max_length=14, verbose_name='Barcode')),
                ('name', models.CharField(max_length=80, verbose_name='Product name')),
                ('specification', models.CharField(blank=True, max_length=80, verbose_name='Specification')),
                ('unit', models.CharField(default='台', max_length=10, verbose_name='Unit')),
                ('pack_unit', models.CharField(blank=True, max_length=10, verbose_name='Case unit')),
                ('pack_size', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(2)], verbose_name='Units per case')),
                ('kind', models.CharField(choices=[('own', 'Own product'), ('competing', 'Competing product')], default='own', max_length=10, verbose_name='Own or competing')),
                ('status', models.CharField(choices=[('sold', 'On sale'), ('ended', 'Discontinued')], default='sold', max_length=10, verbose_name='Status')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='Note')),
                ('title', models.CharField(editable=False, max_length=204, verbose_name='Product')),
                ('title_key', models.CharField(editable=False, max_length=204)),
                ('barcode_key', models.CharField(default='', editable=False, max_length=14)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='catalog.brand', verbose_name='Brand')),
                ('variety', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='catalog.variety', verbose_name='Variety')),
            ],
            options={
                'verbose_name': 'Product',
                'verbose_name_plural': 'Products',
                'indexes': [models.Index(fields=['title', 'id'], name='product_title')],
                'constraints': [models.UniqueConstraint(fields=('code',), name='product_code_once'), models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('title_key',), name='product_title_once'), models.UniqueConstraint(condition=models.Q(('deleted_at', None), models.Q(('barcode_key', ''), _negated=True)), fields=('barcode_key',), name='product_barcode_once')],
            },
        ),
        migrations.CreateModel(
            name='ListPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='List price')),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('HKD', 'HKD'), ('USD', 'USD'), ('EUR', 'EUR')], default='CNY', max_length=3, verbose_name='Currency')),
                ('valid_from', models.DateField(verbose_name='Valid from')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalog.product')),
            ],
            options={
                'ordering': ['-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('product', 'valid_from'), name='list_price_once_a_day')],
            },
        ),
        furrow.kit.grams.CreateTextIndex(
            table='catalog_search',
        ),
    ]
