import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    dependencies = [
        ('contacts', '0001_initial'),
        ('customers', '0001_squashed'),
        ('visits', '0002_needs_gaps_and_checklists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GuideNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('code', models.CharField(max_length=10, unique=True)),
                ('name', models.CharField(max_length=40, verbose_name='Need')),
                ('questions', models.JSONField(default=list)),
                ('hidden', models.BooleanField(default=False, verbose_name='Not asked at present')),
            ],
            options={
                'verbose_name': 'Question set',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='StoreStandard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('days', models.PositiveSmallIntegerField(default=14, verbose_name='Days to close a gap')),
                ('criteria', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'Store standard',
            },
        ),
        migrations.AddField(
            model_name='storecheckitem',
            name='label',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='storecheckitem',
            name='must',
            field=models.PositiveSmallIntegerField(default=5),
        ),
        migrations.AlterField(
            model_name='needcase',
            name='need',
            field=models.CharField(max_length=10, verbose_name='Need'),
        ),
        migrations.AlterField(
            model_name='storecheckitem',
            name='code',
            field=models.CharField(max_length=12),
        ),
        migrations.CreateModel(
            name='ExclusiveShop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='exclusive_shop', to='customers.customer')),
            ],
            options={
                'verbose_name': 'Exclusive shop',
            },
        ),
        migrations.CreateModel(
            name='NeedChart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('development', models.CharField(blank=True, max_length=300, verbose_name='Development')),
                ('department', models.CharField(blank=True, max_length=300, verbose_name='Department')),
                ('company', models.CharField(blank=True, max_length=300, verbose_name='Company')),
                ('interests', models.CharField(blank=True, max_length=300, verbose_name='Interests')),
                ('post', models.CharField(blank=True, max_length=300, verbose_name='Post')),
                ('life_role', models.CharField(blank=True, max_length=300, verbose_name='Role in life')),
                ('inner_wish', models.CharField(blank=True, max_length=300, verbose_name='Inner wish')),
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='need_chart', to='contacts.contact')),
            ],
            options={
                'verbose_name': 'Need chart',
            },
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('promise', 'Promise'), ('complaint', 'Complaint')], max_length=9, verbose_name='Kind')),
                ('text', models.CharField(max_length=300, verbose_name='What it is about')),
                ('due', models.DateField(verbose_name='To be done by')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, max_length=300, verbose_name='How it ended')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='customers.customer', verbose_name='Customer')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to=settings.AUTH_USER_MODEL, verbose_name='Owner')),
                ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='matters', to='visits.contactrecord')),
            ],
            options={
                'verbose_name': 'Promise or complaint',
                'indexes': [models.Index(fields=['customer', 'closed_at', 'due'], name='matter_customer'), models.Index(fields=['owner', 'closed_at', 'due'], name='matter_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='matter_said'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='matter_closed_whole')],
            },
        ),
    ]
