import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import furrow.receivables.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('customers', '0006_archives'),
        ('team', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('balance', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Balance')),
                ('owed', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Open invoices')),
                ('on_account', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='On account')),
                ('oldest_due', models.DateField(default=datetime.date(9999, 12, 31), editable=False, verbose_name='Oldest due date')),
                ('stopped', models.BooleanField(default=False, verbose_name='Supply stopped')),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account', to='customers.customer', verbose_name='Customer')),
            ],
            options={
                'verbose_name': 'Account',
                'indexes': [models.Index(fields=['balance', 'id'], name='account_balance'), models.Index(fields=['oldest_due', 'id'], name='account_oldest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('balance', django.db.models.expressions.CombinedExpression(models.F('owed'), '-', models.F('on_account')))), name='account_adds_up'), models.CheckConstraint(condition=models.Q(('on_account__gte', 0), ('owed__gte', 0)), name='account_not_below_zero')],
            },
        ),
        migrations.CreateModel(
            name='CollectingStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Remind'), (2, 'Call'), (3, 'Visit'), (4, 'Manager steps in'), (5, 'Stop supply'), (6, 'Legal steps')], verbose_name='Step')),
                ('day', models.DateField(verbose_name='Date')),
                ('spoke_with', models.CharField(blank=True, max_length=60, verbose_name='Spoke with')),
                ('result', models.CharField(max_length=300, verbose_name='Result')),
                ('ask_again', models.DateField(blank=True, null=True, verbose_name='Ask again on')),
                ('overdue', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Overdue')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collecting_steps', to='customers.customer')),
            ],
            options={
                'verbose_name': 'Collecting step',
                'indexes': [models.Index(fields=['customer', '-day', '-id'], name='collecting_step_latest')],
            },
        ),
        migrations.CreateModel(
            name='CreditLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('limit', furrow.receivables.money.MoneyField(blank=True, null=True, verbose_name='Credit limit')),
                ('term_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='Payment term (days)')),
                ('expires', models.DateField(verbose_name='Valid until')),
                ('reason', models.CharField(max_length=200, verbose_name='Reason')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_limits', to='customers.customer')),
            ],
            options={
                'verbose_name': 'Credit limit',
                'indexes': [models.Index(fields=['customer', '-id'], name='credit_limit_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('limit__isnull', False), ('term_days__isnull', False), _connector='OR'), name='credit_limit_says_something')],
            },
        ),
        migrations.CreateModel(
            name='CreditPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('default_limit', furrow.receivables.money.MoneyField(verbose_name='Credit limit without a class')),
                ('default_term', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(365)], verbose_name='Payment term without a class (days)')),
                ('days_overdue', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='Days overdue that are borne')),
                ('broken_promises', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(20)], verbose_name='Broken promises that are borne')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='Number')),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note')], default='invoice', max_length=12, verbose_name='Kind')),
                ('day', models.DateField(verbose_name='Invoice date')),
                ('due', models.DateField(verbose_name='Due date')),
                ('net', furrow.receivables.money.MoneyField(verbose_name='Amount before tax')),
                ('tax', furrow.receivables.money.MoneyField(verbose_name='Tax')),
                ('gross', furrow.receivables.money.MoneyField(verbose_name='Amount with tax')),
                ('settled', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Allocated')),
                ('written_off', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Written off')),
                ('open', furrow.receivables.money.MoneyField(editable=False, verbose_name='Open')),
                ('paid_on', models.DateField(editable=False, null=True, verbose_name='Paid on')),
                ('source', models.CharField(blank=True, max_length=60, verbose_name='For')),
                ('tax_number', models.CharField(blank=True, max_length=40, verbose_name='Tax invoice number')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='receivables.invoice')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='customers.customer', verbose_name='Customer')),
            ],
            options={
                'verbose_name': 'Invoice',
                'indexes': [models.Index(fields=['day', 'id'], name='invoice_day'), models.Index(fields=['due', 'id'], name='invoice_due'), models.Index(fields=['customer', 'day', 'id'], name='invoice_customer'), models.Index(condition=models.Q(('open__gt', 0)), fields=['customer', 'due', 'open', 'kind'], name='invoice_open'), models.Index(condition=models.Q(('kind', 'invoice'), ('open__gt', 0)), fields=['due', 'open'], name='invoice_open_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('gross', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('tax'))), ('gross__gt', 0)), name='invoice_adds_up'), models.CheckConstraint(condition=models.Q(('open', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('gross'), '-', models.F('settled')), '-', models.F('written_off'))), ('open__gte', 0), ('settled__gte', 0), ('written_off__gte', 0)), name='invoice_never_overpaid')],
            },
        ),
        migrations.CreateModel(
            name='PayingHabit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('pay_days', models.CharField(blank=True, max_length=40, verbose_name='Paying days of the month')),
                ('pay_from', models.TimeField(blank=True, null=True, verbose_name='Pays from')),
                ('pay_until', models.TimeField(blank=True, null=True, verbose_name='Pays until')),
                ('avoid_from', models.TimeField(blank=True, null=True, verbose_name='Do not ask from')),
                ('avoid_until', models.TimeField(blank=True, null=True, verbose_name='Do not ask until')),
                ('wage_day', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='Wage day')),
                ('other_bills', models.CharField(blank=True, max_length=200, verbose_name='Other bills')),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='paying_habit', to='customers.customer')),
            ],
            options={
                'verbose_name': 'Paying habits',
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='Number')),
                ('direction', models.CharField(choices=[('in', 'Payment'), ('out', 'Refund')], default='in', editable=False, max_length=3, verbose_name='Direction')),
                ('day', models.DateField(verbose_name='Received on')),
                ('amount', furrow.receivables.money.MoneyField(verbose_name='Amount')),
                ('method', models.CharField(choices=[('transfer', 'Bank transfer'), ('cash', 'Cash'), ('acceptance', 'Acceptance bill'), ('wechat', 'WeChat Pay'), ('alipay', 'Alipay'), ('cheque', 'Cheque'), ('other', 'Other')], default='transfer', max_length=10, verbose_name='Method')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='Reference')),
                ('payer', models.CharField(blank=True, max_length=120, verbose_name='Payer')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('allocated', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Allocated')),
                ('refunded', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Refunded')),
                ('free', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='On account')),
                ('reversed_at', models.DateTimeField(editable=False, null=True)),
                ('reversal_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='Why reversed')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='customers.customer', verbose_name='Customer')),
                ('refund_of', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='receivables.payment')),
            ],
            options={
                'verbose_name': 'Payment',
                'indexes': [models.Index(fields=['day', 'id'], name='payment_day'), models.Index(fields=['customer', 'day', 'id'], name='payment_customer'), models.Index(condition=models.Q(('free__gt', 0)), fields=['customer', 'free'], name='payment_free')],
                'constraints': [models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('amount__gt', 0), ('free__gte', 0), ('refunded__gte', 0), models.Q(models.Q(('direction', 'in'), ('free', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('amount'), '-', models.F('allocated')), '-', models.F('refunded'))), ('reversed_at', None)), models.Q(('allocated', 0), ('free', 0), ('refunded', 0)), _connector='OR')), name='payment_never_overspent')],
            },
        ),
        migrations.CreateModel(
            name='PromiseToPay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('amount', furrow.receivables.money.MoneyField(verbose_name='Amount')),
                ('received', furrow.receivables.money.MoneyField(default=Decimal('0.00'), editable=False, verbose_name='Received')),
                ('given_on', models.DateField(verbose_name='Given on')),
                ('due', models.DateField(verbose_name='Promised for')),
                ('said_by', models.CharField(blank=True, max_length=60, verbose_name='Promised by')),
                ('kept_on', models.DateField(editable=False, null=True)),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='customers.customer')),
            ],
            options={
                'verbose_name': 'Promise to pay',
                'indexes': [models.Index(fields=['customer', 'due'], name='promise_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('received__gte', 0)), name='promise_above_zero')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('name', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('last', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', furrow.receivables.money.MoneyField(verbose_name='Amount')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('credit_note', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='receivables.invoice')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='receivables.invoice')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='receivables.payment')),
            ],
            options={
                'verbose_name': 'Allocation',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='allocation_above_zero'), models.CheckConstraint(condition=models.Q(models.Q(('credit_note__isnull', False), ('payment', None)), models.Q(('credit_note', None), ('payment__isnull', False)), _connector='OR'), name='allocation_of_one_credit')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=204)),
                ('unit', models.CharField(blank=True, max_length=10)),
                ('quantity', models.PositiveIntegerField(default=1)),
                ('price', furrow.receivables.money.MoneyField()),
                ('discount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5)),
                ('tax_rate', models.PositiveSmallIntegerField()),
                ('net', furrow.receivables.money.MoneyField()),
                ('tax', furrow.receivables.money.MoneyField()),
                ('gross', furrow.receivables.money.MoneyField()),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='receivables.invoice')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
            ],
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='Date')),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('payment', 'Payment'), ('refund', 'Refund'), ('write_off', 'Write-off'), ('reversal', 'Payment reversed')], max_length=12, verbose_name='Kind')),
                ('amount', furrow.receivables.money.MoneyField(verbose_name='Amount')),
                ('document', models.CharField(max_length=20, verbose_name='Document')),
                ('text', models.CharField(blank=True, max_length=200, verbose_name='Text')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='customers.customer')),
                ('invoice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='receivables.invoice')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='receivables.payment')),
            ],
            options={
                'verbose_name': 'Ledger entry',
                'indexes': [models.Index(fields=['customer', 'id', 'amount'], name='ledger_customer'), models.Index(fields=['customer', 'day', 'id'], name='ledger_customer_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='ledger_moves_something')],
            },
        ),
        migrations.CreateModel(
            name='WriteOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('amount', furrow.receivables.money.MoneyField(verbose_name='Amount')),
                ('reason', models.CharField(max_length=200, verbose_name='Reason')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for approval'), ('approved', 'Approved'), ('refused', 'Refused')], default='waiting', max_length=10, verbose_name='State')),
                ('decided_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='write_offs', to='receivables.invoice')),
            ],
            options={
                'verbose_name': 'Write-off',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='write_off_above_zero'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('invoice',), name='write_off_one_waiting'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('asked_by', models.F('decided_by')), _negated=True), _connector='OR'), name='write_off_by_two')],
            },
        ),
    ]
