import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import furrow.team.models
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('team', '0001_initial'), ('team', '0002_user_version')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('path', models.CharField(db_index=True, default='', editable=False, max_length=200)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='team.team', verbose_name='Part of')),
            ],
            options={
                'verbose_name': 'Team',
                'ordering': ['path'],
                'constraints': [models.UniqueConstraint(models.F('parent'), django.db.models.functions.text.Lower('name'), name='team_name_once')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[\\w.@+-]+$', 'Use letters, digits and . @ + - _ only')], verbose_name='Sign-in name')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='Phone')),
                ('role', models.CharField(choices=[('rep', 'Rep'), ('manager', 'Team manager'), ('customer_service', 'Customer service'), ('finance', 'Finance'), ('administrator', 'Administrator'), ('read_only', 'Read only')], default='rep', max_length=20, verbose_name='Role')),
                ('is_active', models.BooleanField(default=True, verbose_name='Can sign in')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='Language')),
                ('theme', models.CharField(choices=[('system', 'As the system'), ('light', 'Light'), ('dark', 'Dark')], default='system', max_length=6)),
                ('start_address', models.CharField(blank=True, max_length=200, verbose_name='Start point')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='Longitude')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='Latitude')),
                ('position_system', models.CharField(choices=[('wgs84', 'WGS-84'), ('gcj02', 'GCJ-02'), ('bd09', 'BD-09')], default='gcj02', max_length=6, verbose_name='Coordinate system')),
                ('work_start', models.TimeField(default=datetime.time(9, 0), verbose_name='Work begins')),
                ('work_end', models.TimeField(default=datetime.time(18, 0), verbose_name='Work ends')),
                ('lunch_start', models.TimeField(default=datetime.time(12, 0), verbose_name='Lunch begins')),
                ('lunch_minutes', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(240)], verbose_name='Lunch minutes')),
                ('daily_visit_limit', models.PositiveSmallIntegerField(default=16, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='Daily visit limit')),
                ('calendar_token', models.CharField(default=furrow.team.models.new_token, editable=False, max_length=50, unique=True)),
                ('api_token_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='team.team', verbose_name='Team')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'User',
                'ordering': ['name', 'id'],
            },
        ),
    ]
