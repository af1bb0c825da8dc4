import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    replaces = [('records', '0001_initial'), ('records', '0002_import_language'), ('records', '0003_import_row_batch')]

    initial = True

    dependencies = [
        ('kit', '0001_squashed'),
        ('team', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('record', models.CharField(max_length=40)),
                ('filename', models.CharField(max_length=200)),
                ('stored_as', models.CharField(max_length=60)),
                ('sheet', models.CharField(blank=True, max_length=200)),
                ('preview', models.JSONField(default=dict)),
                ('header_row', models.PositiveIntegerField(default=0)),
                ('columns', models.JSONField(default=dict)),
                ('options', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('uploaded', 'Columns not matched yet'), ('checking', 'Checking'), ('checked', 'Checked, not imported yet'), ('running', 'Importing'), ('done', 'Imported'), ('undoing', 'Undoing'), ('undone', 'Undone')], default='uploaded', max_length=10)),
                ('position', models.PositiveIntegerField(default=0)),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('seconds', models.FloatField(default=0.0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='kit.job')),
                ('language', models.CharField(blank=True, max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['record', 'by', '-id'], name='import_batch_mine')],
            },
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=40)),
                ('signature', models.CharField(max_length=64)),
                ('columns', models.JSONField(default=dict)),
                ('options', models.JSONField(default=dict)),
                ('used_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('record', 'signature'), name='import_mapping_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('record', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=40, verbose_name='Name')),
                ('query', models.CharField(max_length=2000)),
                ('shared', models.BooleanField(default=False, verbose_name='Shared with everybody')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('record', 'owner', 'name'), name='saved_view_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('outcome', models.CharField(choices=[('created', 'Created'), ('updated', 'Updated'), ('duplicate', 'Possible duplicates'), ('error', 'Errors'), ('unchanged', 'Unchanged')], max_length=10)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('record_id', models.BigIntegerField(null=True)),
                ('matched_id', models.BigIntegerField(null=True)),
                ('matched_row', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('messages', models.JSONField(default=list)),
                ('decision', models.CharField(blank=True, choices=[('update', 'Merge'), ('create', 'Keep both'), ('skip', 'Skip')], max_length=10)),
                ('pending', models.BooleanField(default=False)),
                ('fixes', models.JSONField(default=dict)),
                ('before', models.JSONField(null=True)),
                ('version', models.PositiveIntegerField(null=True)),
                ('batch', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='records.importbatch')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'outcome', 'number'], name='import_row_tab')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='import_row_once')],
            },
        ),
    ]
