import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('team', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('record', models.CharField(max_length=40)),
                ('object_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=140, verbose_name='File name')),
                ('category', models.CharField(choices=[('contract', 'Contract copy'), ('licence', 'License or certificate'), ('photo', 'Photo'), ('other', 'Other')], default='other', max_length=10, verbose_name='Category')),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField(verbose_name='Size')),
                ('sha256', models.CharField(max_length=64)),
                ('stored_as', models.CharField(max_length=40, unique=True)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Attachment',
                'indexes': [models.Index(fields=['record', 'object_id', '-id'], name='attachment_of')],
            },
        ),
    ]
