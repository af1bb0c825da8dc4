import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('assessment', '0001_initial'), ('assessment', '0002_cards_and_current'), ('assessment', '0003_carry_over'), ('assessment', '0004_results_of_any_card'), ('assessment', '0005_targets_strategies_potential')]

    initial = True

    dependencies = [
        ('customers', '0001_squashed'),
        ('kit', '0001_squashed'),
        ('team', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(choices=[('scorecard', 'Scorecard'), ('manual', 'Set by hand'), ('import', 'Import'), ('regrade', 'Re-graded')], max_length=10, verbose_name='Source')),
                ('grade', models.CharField(max_length=8, verbose_name='Class')),
                ('card_code', models.CharField(default='customer_grade', max_length=40)),
                ('card_version', models.PositiveSmallIntegerField(default=0)),
                ('answers', models.JSONField(default=dict)),
                ('completeness', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='Completeness')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='Evidence')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Assessed at')),
                ('batch', models.UUIDField(db_index=True)),
                ('before_customer_grade', models.CharField(blank=True, max_length=1)),
                ('before_visit_grade', models.CharField(blank=True, max_length=1)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Assessed by')),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assessments', to='customers.customer', verbose_name='Customer')),
                ('facts', models.JSONField(default=dict)),
                ('is_current', models.BooleanField(default=False)),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kit.region', verbose_name='Region')),
                ('score', models.DecimalField(decimal_places=2, max_digits=8, null=True, verbose_name='Score')),
                ('scores', models.JSONField(default=dict)),
                ('notes', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'Assessment',
                'verbose_name_plural': 'Assessments',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['customer', 'card_code', '-at', '-id'], name='assessment_card_history'), models.Index(fields=['card_code', '-at', '-id'], name='assessment_of_card'), models.Index(condition=models.Q(('is_current', True)), fields=['customer', 'card_code'], name='assessment_current')],
                'constraints': [models.CheckConstraint(condition=models.Q(('grade', ''), _negated=True), name='assessment_grade_given'), models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('region__isnull', True)), models.Q(('customer__isnull', True), ('region__isnull', False)), _connector='OR'), name='assessment_of_one_subject'), models.CheckConstraint(condition=models.Q(models.Q(('card_code', 'customer_grade'), _negated=True), ('grade__in', ['A', 'B', 'C', 'D']), _connector='OR'), name='assessment_customer_grade_a_to_d'), models.CheckConstraint(condition=models.Q(models.Q(('source__in', ['scorecard', 'regrade']), _negated=True), models.Q(('card_version__gte', 1), ('rank__gte', 1)), _connector='OR'), name='assessment_scorecard_has_result')],
            },
        ),
        migrations.CreateModel(
            name='CardVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('code', models.CharField(max_length=40, verbose_name='Code')),
                ('number', models.PositiveSmallIntegerField(verbose_name='Version')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=10, verbose_name='State')),
                ('shipped', models.BooleanField(default=False)),
                ('definition', models.JSONField(default=dict)),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('published_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Changed by')),
            ],
            options={
                'verbose_name': 'Scorecard',
                'verbose_name_plural': 'Scorecards',
                'ordering': ['code', '-number'],
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='card_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('code',), name='card_version_one_draft')],
            },
        ),
        migrations.CreateModel(
            name='PotentialEstimate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('chain', 'Chain ratio'), ('index', 'Index')], max_length=10, verbose_name='Way of estimating')),
                ('inputs', models.JSONField(default=dict)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='Market potential')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Source of the figures')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kit.region')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['region', '-at'], name='potential_region')],
            },
        ),
        migrations.CreateModel(
            name='TargetCustomer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('reason', models.CharField(max_length=300, verbose_name='Reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='customers.customer', verbose_name='Customer')),
            ],
            options={
                'verbose_name': 'Target customer',
                'verbose_name_plural': 'Target customers',
                'ordering': ['-at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('customer',), name='target_customer_once')],
            },
        ),
        migrations.CreateModel(
            name='Strategy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('aim', models.CharField(choices=[('win', 'Win the prospect'), ('raise', "Raise the prospect's class"), ('upgrade', 'Upgrade the customer')], default='win', max_length=10, verbose_name='Aim')),
                ('state', models.CharField(choices=[('open', 'Under way'), ('reached', 'Reached'), ('dropped', 'Given up')], default='open', max_length=10, verbose_name='State')),
                ('need', models.CharField(max_length=500, verbose_name='Need')),
                ('obstacle', models.CharField(blank=True, max_length=500, verbose_name='Obstacle')),
                ('approach', models.CharField(max_length=500, verbose_name='Approach')),
                ('outcome', models.CharField(blank=True, max_length=500, verbose_name='Outcome')),
                ('ended_at', models.DateTimeField(null=True)),
                ('assessment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='assessment.assessment')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='strategies', to='customers.customer', verbose_name='Customer')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Carried out by')),
            ],
            options={
                'verbose_name': 'Follow-up strategy',
                'verbose_name_plural': 'Follow-up strategies',
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(fields=['state', '-id'], name='strategy_state')],
            },
        ),
        migrations.CreateModel(
            name='StrategyStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='Day')),
                ('text', models.CharField(max_length=300, verbose_name='Step')),
                ('done_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, max_length=300, verbose_name='Result')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='assessment.strategy')),
            ],
            options={
                'ordering': ['day', 'id'],
            },
        ),
    ]
