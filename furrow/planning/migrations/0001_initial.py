import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('kit', '0002_calendaryear_workday'),
        ('team', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='VisitPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('preset', models.CharField(blank=True, max_length=40, verbose_name='Preset')),
                ('allow_mixing', models.BooleanField(default=True, verbose_name='Grades may be mixed within a day')),
                ('in_use', models.BooleanField(default=False, verbose_name='In use')),
                ('detour', models.FloatField(default=1.35, validators=[django.core.validators.MinValueValidator(1.0), django.core.validators.MaxValueValidator(3.0)], verbose_name='Street length over the straight line')),
                ('speed_kmh', models.FloatField(default=25, validators=[django.core.validators.MinValueValidator(3.0), django.core.validators.MaxValueValidator(120.0)], verbose_name='Driving speed, km/h')),
                ('park_minutes', models.FloatField(default=2, validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(60.0)], verbose_name='Minutes to park and walk')),
            ],
            options={
                'verbose_name': 'Visit policy',
                'ordering': ['-in_use', 'name', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('in_use', True)), fields=('in_use',), name='policy_one_in_use')],
            },
        ),
        migrations.CreateModel(
            name='ChannelLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel_type', models.CharField(choices=[('wholesale', 'Wholesale'), ('modern', 'Modern trade'), ('traditional', 'Traditional'), ('closed', 'Closed channel')], max_length=12, verbose_name='Channel')),
                ('daily_limit', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)], verbose_name='Daily visit limit')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channel_limits', to='planning.visitpolicy')),
            ],
            options={
                'verbose_name': 'Daily visit limit',
                'ordering': ['policy', 'channel_type'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'channel_type'), name='policy_channel_once')],
            },
        ),
        migrations.CreateModel(
            name='PolicyLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D')], max_length=1, verbose_name='Visit grade')),
                ('visits', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(31)], verbose_name='Number of visits')),
                ('every_cycles', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='in how many cycles')),
                ('min_gap_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Least days between')),
                ('max_gap_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Most days between')),
                ('preferred_weeks', models.JSONField(blank=True, default=list, verbose_name='Weeks of the first visit')),
                ('morning_first', models.BooleanField(default=False, verbose_name='Mornings first')),
                ('service_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(480)], verbose_name='Time at customer')),
                ('portrait', models.CharField(blank=True, max_length=200, verbose_name='Portrait')),
                ('direction', models.CharField(blank=True, max_length=200, verbose_name='Direction')),
                ('content', models.CharField(blank=True, max_length=300, verbose_name='Visit content')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='planning.visitpolicy')),
            ],
            options={
                'verbose_name': 'Policy line',
                'ordering': ['policy', 'grade'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'grade'), name='policy_grade_once'), models.CheckConstraint(condition=models.Q(('every_cycles__gte', 1)), name='policy_line_cycles'), models.CheckConstraint(condition=models.Q(('min_gap_days', None), ('max_gap_days', None), ('min_gap_days__lte', models.F('max_gap_days')), _connector='OR'), name='policy_line_gaps')],
            },
        ),
        migrations.CreateModel(
            name='VisitCycle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('start', models.DateField(verbose_name='Start')),
                ('weeks', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(8)], verbose_name='Weeks')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('planning', 'Being planned'), ('ready', 'To be published'), ('published', 'Published'), ('failed', 'Stopped by an error')], default='draft', max_length=10, verbose_name='Status')),
                ('policy_rules', models.JSONField(default=dict, editable=False)),
                ('options', models.JSONField(default=dict, editable=False)),
                ('figures', models.JSONField(default=dict, editable=False)),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='Published on')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Created by')),
                ('job', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='kit.job')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Published by')),
                ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='planning.visitpolicy', verbose_name='Visit policy')),
            ],
            options={
                'verbose_name': 'Visit cycle',
                'ordering': ['-start', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('weeks__gte', 1), ('weeks__lte', 8)), name='cycle_weeks'), models.CheckConstraint(condition=models.Q(('start__iso_week_day', 1)), name='cycle_starts_on_monday'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='cycle_published_when')],
            },
        ),
        migrations.CreateModel(
            name='VisitPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('hours', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('planned', 'Planned')], default='waiting', max_length=10)),
                ('customers', models.JSONField(default=list)),
                ('proposed', models.JSONField(default=list)),
                ('solution', models.JSONField(null=True)),
                ('figures', models.JSONField(default=dict)),
                ('published', models.JSONField(null=True)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='planning.visitcycle')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='kit.job')),
                ('rep', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to=settings.AUTH_USER_MODEL, verbose_name='Rep')),
            ],
            options={
                'verbose_name': 'Visit plan',
                'ordering': ['cycle', 'rep__name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('cycle', 'rep'), name='plan_rep_once')],
            },
        ),
        migrations.CreateModel(
            name='PlannedVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='Date')),
                ('order', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('arrive', models.TimeField(verbose_name='Arrives')),
                ('start', models.TimeField(verbose_name='Begins')),
                ('leave', models.TimeField(verbose_name='Leaves')),
                ('drive_minutes', models.FloatField(verbose_name='Minutes on the road')),
                ('drive_metres', models.FloatField(verbose_name='Meters')),
                ('grade', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D')], max_length=1, verbose_name='Visit grade')),
                ('pinned', models.BooleanField(default=False, verbose_name='Pinned')),
                ('placed_on', models.DateField()),
                ('moved_from', models.DateField(blank=True, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_visits', to='customers.customer')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='planning.visitplan')),
            ],
            options={
                'verbose_name': 'Planned visit',
                'ordering': ['date', 'plan', 'order'],
                'indexes': [models.Index(fields=['plan', 'date', 'order'], name='planned_visit_day'), models.Index(fields=['customer', 'date'], name='planned_visit_customer')],
                'constraints': [models.UniqueConstraint(fields=('plan', 'customer', 'date'), name='planned_visit_once_a_day'), models.CheckConstraint(condition=models.Q(('drive_metres__gte', 0), ('drive_minutes__gte', 0)), name='planned_visit_drive_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='Date')),
                ('depart', models.TimeField(verbose_name='Leaves')),
                ('back', models.TimeField(verbose_name='Back')),
                ('back_minutes', models.FloatField()),
                ('back_metres', models.FloatField()),
                ('lunch_start', models.TimeField(blank=True, null=True)),
                ('lunch_end', models.TimeField(blank=True, null=True)),
                ('overtime_minutes', models.FloatField(default=0)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='routes', to='planning.visitplan')),
            ],
            options={
                'verbose_name': 'Route',
                'ordering': ['date', 'plan'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'date'), name='route_day_once'), models.CheckConstraint(condition=models.Q(('back_metres__gte', 0), ('back_minutes__gte', 0), ('overtime_minutes__gte', 0)), name='route_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='UnplacedVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visits', models.PositiveSmallIntegerField(default=1)),
                ('grade', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D')], max_length=1)),
                ('reason', models.CharField(choices=[('unreachable_coordinates', "No usable position: set it on the customer's page"), ('too_far', "Too far from the rep's start point for one day"), ('no_working_day', 'The rep has no working day in this cycle'), ('no_day_in_windows', 'No day fits the visiting hours'), ('visit_limit', 'Daily visit limit reached on every day that fits'), ('day_full', 'Working hours are full on every day that fits'), ('spacing', 'Single days have room, but none at the right distance from the other visits')], max_length=40)),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unplaced', to='planning.visitplan')),
            ],
            options={
                'verbose_name': 'Not placed',
                'ordering': ['plan', 'grade', 'customer'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'customer'), name='unplaced_customer_once')],
            },
        ),
    ]
