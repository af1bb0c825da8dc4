import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('kit', '0001_initial'), ('kit', '0002_calendaryear_workday'), ('kit', '0003_job_language')]

    initial = True

    dependencies = [
        ('team', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('action', models.CharField(max_length=40)),
                ('model', models.CharField(max_length=60)),
                ('object_id', models.BigIntegerField()),
                ('changes', models.JSONField(default=dict)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['model', 'object_id', '-id'], name='audit_thing')],
            },
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, verbose_name='Year')),
                ('published', models.BooleanField(default=False, verbose_name='Published')),
                ('source', models.CharField(blank=True, max_length=60, verbose_name='Source')),
            ],
            options={
                'verbose_name': 'Calendar year',
                'verbose_name_plural': 'Calendar years',
                'ordering': ['year'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('company', models.CharField(default='main', max_length=60)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('params', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('running', 'In progress'), ('done', 'Done'), ('failed', 'Stopped by an error'), ('cancelled', 'Canceled')], default='queued', max_length=12)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('lease', models.CharField(blank=True, max_length=32)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='kit.job')),
                ('language', models.CharField(blank=True, max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'subject_id', '-id'], name='job_subject')],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('code', models.CharField(max_length=9, primary_key=True, serialize=False, verbose_name='Region code')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Province'), (2, 'City'), (3, 'District or county'), (4, 'Township or subdistrict')], verbose_name='Level')),
                ('lng', models.FloatField(null=True)),
                ('lat', models.FloatField(null=True)),
                ('pinyin', models.CharField(blank=True, max_length=120)),
                ('full_name', models.CharField(max_length=120, verbose_name='Full name')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='kit.region')),
            ],
            options={
                'verbose_name': 'Region',
                'verbose_name_plural': 'Regions',
                'ordering': ['code'],
                'indexes': [models.Index(fields=['level', 'name'], name='region_level_name')],
            },
        ),
        migrations.CreateModel(
            name='WorkDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(unique=True, verbose_name='Date')),
                ('kind', models.CharField(choices=[('holiday', 'Holiday'), ('makeup', 'Make-up workday'), ('free', 'Day off'), ('workday', 'Extra workday')], max_length=10, verbose_name='Kind')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='Name')),
                ('seeded', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'verbose_name': 'Calendar day',
                'verbose_name_plural': 'Calendar days',
                'ordering': ['date'],
            },
        ),
    ]
