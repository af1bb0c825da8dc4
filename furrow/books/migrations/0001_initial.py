import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('customers', '0005_fill_likeness_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='BookLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('start', models.DateField(verbose_name='Period')),
                ('end', models.DateField(editable=False, verbose_name='Last day')),
                ('opening_given', models.IntegerField(blank=True, null=True, verbose_name='Opening stock')),
                ('bought', models.IntegerField(blank=True, null=True, verbose_name='Bought')),
                ('sold', models.IntegerField(blank=True, null=True, verbose_name='Sold on')),
                ('stock', models.IntegerField(blank=True, null=True, verbose_name='Stock')),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='Retail price')),
                ('source', models.CharField(choices=[('typed', 'Typed in'), ('import', 'Import'), ('api', 'Other program'), ('order', 'Orders'), ('visit', 'Visit')], default='typed', editable=False, max_length=10, verbose_name='Source')),
                ('opening', models.IntegerField(editable=False, null=True)),
                ('difference', models.IntegerField(editable=False, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='book_lines', to='customers.customer', verbose_name='Customer')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='book_lines', to='catalog.product', verbose_name='Product')),
            ],
            options={
                'verbose_name': 'Purchase-sales book',
                'indexes': [models.Index(fields=['start', 'id'], name='book_line_start'), models.Index(fields=['customer', 'start'], name='book_line_customer'), models.Index(condition=models.Q(('difference__isnull', False), models.Q(('difference', 0), _negated=True)), fields=['start', 'id'], name='book_line_unequal')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('customer', 'product', 'start'), name='book_line_once')],
            },
        ),
        migrations.CreateModel(
            name='PeriodCut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('start', models.DateField(unique=True, verbose_name='From')),
                ('kind', models.CharField(choices=[('month', 'Month'), ('week', 'Week')], max_length=5, verbose_name='Period')),
            ],
            options={
                'ordering': ['start'],
            },
        ),
    ]
