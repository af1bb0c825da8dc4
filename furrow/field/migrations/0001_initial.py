import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    initial = True

    dependencies = [
        ('team', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(editable=False)),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='Device')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Since')),
                ('seen_at', models.DateTimeField(null=True, verbose_name='Last seen')),
                ('version', models.CharField(blank=True, max_length=20, verbose_name='Version')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('wiped_at', models.DateTimeField(null=True)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL, verbose_name='Person')),
            ],
            options={
                'verbose_name': 'Device',
                'ordering': ['-created_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('user', 'client_id'), name='device_once')],
            },
        ),
        migrations.CreateModel(
            name='FieldPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('show_positions', models.BooleanField(default=False, verbose_name='Show positions in the live view')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PhotoUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(editable=False, unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('received', models.PositiveBigIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('refused', models.CharField(blank=True, max_length=400)),
                ('attachment', models.BigIntegerField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('received__lte', models.F('size'))), name='photo_not_too_much')],
            },
        ),
        migrations.CreateModel(
            name='PositionNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FieldCommand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(editable=False, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('payload', models.JSONField(default=dict)),
                ('happened_at', models.DateTimeField(null=True)),
                ('clock_off', models.IntegerField(default=0)),
                ('base', models.PositiveIntegerField(null=True)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('outcome', models.CharField(choices=[('accepted', 'Accepted'), ('refused', 'Refused'), ('conflict', 'Changed elsewhere')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('answer', models.JSONField(default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='commands', to='field.device')),
            ],
            options={
                'indexes': [models.Index(fields=['by', '-id'], name='field_command_by')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome', 'accepted'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='field_command_why')],
            },
        ),
    ]
