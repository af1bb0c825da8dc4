import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import furrow.receivables.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    replaces = [('orders', '0001_initial'), ('orders', '0002_initial'), ('orders', '0003_order_reference')]

    initial = True

    dependencies = [
        ('catalog', '0001_squashed'),
        ('customers', '0001_squashed'),
        ('receivables', '0001_initial'),
        ('team', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='Number')),
                ('kind', models.CharField(choices=[('quotation', 'Quotation'), ('order', 'Order')], default='order', max_length=10, verbose_name='Kind')),
                ('day', models.DateField(verbose_name='Date')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('held', 'Held'), ('confirmed', 'Confirmed'), ('done', 'Delivered'), ('cancelled', 'Canceled')], default='draft', max_length=10, verbose_name='State')),
                ('hold', models.CharField(blank=True, editable=False, max_length=300, verbose_name='Why held')),
                ('wanted_on', models.DateField(blank=True, null=True, verbose_name='Wanted on')),
                ('delivery_times', models.CharField(blank=True, max_length=200, verbose_name='Delivery times')),
                ('requirements', models.CharField(blank=True, max_length=1000, verbose_name='Delivery requirements')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('gross', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Amount with tax')),
                ('undelivered', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Not delivered yet')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('came_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='became', to='orders.order')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='customers.customer', verbose_name='Customer')),
                ('imported', models.UUIDField(editable=False, null=True)),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='Order number of the customer')),
            ],
            options={
                'verbose_name': 'Order',
                'indexes': [models.Index(fields=['day', 'id'], name='order_day'), models.Index(fields=['customer', 'day', 'id'], name='order_customer'), models.Index(condition=models.Q(('status', 'confirmed')), fields=['customer', 'undelivered'], name='order_exposure'), models.Index(condition=models.Q(('status', 'held')), fields=['id'], name='order_held'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['customer', 'reference'], name='order_reference')],
                'constraints': [models.CheckConstraint(condition=models.Q(('gross__gte', models.F('undelivered')), ('undelivered__gte', 0)), name='order_not_over_delivered'), models.CheckConstraint(condition=models.Q(('kind', 'order'), ('status__in', ['draft', 'done', 'cancelled']), _connector='OR'), name='quotation_is_never_confirmed')],
            },
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('channel_type', models.CharField(blank=True, choices=[('wholesale', 'Wholesale'), ('modern', 'Modern trade'), ('traditional', 'Traditional'), ('closed', 'Closed channel')], max_length=12, verbose_name='Channel')),
                ('valid_from', models.DateField(verbose_name='Valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='Valid until')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='price_lists', to='customers.customer', verbose_name='Customer')),
            ],
            options={
                'verbose_name': 'Price list',
                'indexes': [models.Index(fields=['valid_from', 'id'], name='price_list_from')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='price_list_days'), models.CheckConstraint(condition=models.Q(('channel_type', ''), ('customer', None), _connector='OR'), name='price_list_one_reach')],
            },
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(verbose_name='Quantity')),
                ('price', furrow.receivables.money.MoneyField(verbose_name='Unit price')),
                ('discount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5, verbose_name='Discount')),
                ('tax_rate', models.PositiveSmallIntegerField(default=13, verbose_name='Tax rate')),
                ('gift', models.BooleanField(default=False, verbose_name='Gift')),
                ('gross', furrow.receivables.money.MoneyField(verbose_name='Amount with tax')),
                ('delivered', models.PositiveIntegerField(default=0, verbose_name='Delivered')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('delivered__lte', models.F('quantity')), ('quantity__gt', 0)), name='order_line_not_over_delivered'), models.CheckConstraint(condition=models.Q(('gift', False), ('gross', 0), _connector='OR'), name='gift_costs_nothing')],
            },
        ),
        migrations.CreateModel(
            name='PriceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('min_quantity', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='From quantity')),
                ('price', furrow.receivables.money.MoneyField(verbose_name='Price with tax')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.pricelist')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('price_list', 'product', 'min_quantity'), name='price_line_once')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('state', models.CharField(choices=[('asked', 'Asked for'), ('granted', 'Released'), ('refused', 'Refused'), ('used', 'Used'), ('void', 'Void')], default='asked', max_length=8, verbose_name='State')),
                ('why_held', models.CharField(blank=True, max_length=300)),
                ('amount', furrow.receivables.money.MoneyField(verbose_name='Amount')),
                ('request', models.CharField(blank=True, max_length=200, verbose_name='Request')),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='Reason')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='orders.order')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'granted'])), fields=('order',), name='release_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['granted', 'used']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='release_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='Number')),
                ('kind', models.CharField(choices=[('delivery', 'Delivery'), ('return', 'Return'), ('exchange', 'Exchange')], default='delivery', max_length=10, verbose_name='Kind')),
                ('day', models.DateField(verbose_name='Date')),
                ('driver', models.CharField(blank=True, max_length=60, verbose_name='Driver')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('gross', furrow.receivables.money.MoneyField(verbose_name='Amount with tax')),
                ('to_bill', furrow.receivables.money.MoneyField(default=Decimal('0.00'), verbose_name='To invoice')),
                ('held_for', models.CharField(blank=True, max_length=300)),
                ('signed_by', models.CharField(blank=True, max_length=60, verbose_name='Signed by')),
                ('signed_at', models.DateTimeField(null=True)),
                ('signature', models.TextField(blank=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='customers.customer', verbose_name='Customer')),
                ('invoice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='receivables.invoice')),
                ('of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='came_back', to='orders.delivery')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='orders.order')),
                ('release', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='orders.release')),
            ],
            options={
                'verbose_name': 'Delivery',
                'indexes': [models.Index(fields=['day', 'id'], name='delivery_day'), models.Index(condition=models.Q(('to_bill__gt', 0)), fields=['customer', 'to_bill'], name='delivery_exposure')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'delivery'), _negated=True), ('held_for', ''), ('release__isnull', False), _connector='OR'), name='no_held_delivery_without_release'), models.CheckConstraint(condition=models.Q(('gross__gte', 0), ('to_bill__gte', 0), models.Q(('invoice', None), ('to_bill', 0), _connector='OR')), name='delivery_billed_once')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('returned', models.PositiveIntegerField(default=0)),
                ('gross', furrow.receivables.money.MoneyField()),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.delivery')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='orders.orderline')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('returned__lte', models.F('quantity'))), name='delivery_line_not_over_returned')],
            },
        ),
    ]
