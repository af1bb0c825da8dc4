import django.db.models.deletion
import django.utils.timezone
import furrow.kit.grams
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    initial = True

    dependencies = [
        ('customers', '0003_card_kinds_fields_areas'),
        ('team', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('position', models.CharField(blank=True, max_length=60, verbose_name='Position')),
                ('phone', models.CharField(blank=True, max_length=100, verbose_name='Phone')),
                ('wechat', models.CharField(blank=True, max_length=40, verbose_name='WeChat')),
                ('email', models.EmailField(blank=True, max_length=120, verbose_name='E-mail')),
                ('best_time', models.CharField(blank=True, max_length=100, verbose_name='Best time to reach')),
                ('birth_calendar', models.CharField(blank=True, choices=[('solar', 'Common calendar'), ('lunar', 'Lunar calendar')], max_length=5, verbose_name='Birthday by')),
                ('birth_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Year of birth')),
                ('birth_month', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Month of birth')),
                ('birth_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Day of birth')),
                ('birth_leap', models.BooleanField(default=False, verbose_name='Leap month')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='Note')),
                ('phone_key', models.CharField(default='', editable=False, max_length=20)),
            ],
            options={
                'verbose_name': 'Contact',
                'verbose_name_plural': 'Contacts',
                'indexes': [models.Index(fields=['name', 'id'], name='contact_name'), models.Index(fields=['updated_at', 'id'], name='contact_changed'), models.Index(fields=['birth_month', 'birth_day'], name='contact_birthday'), models.Index(condition=models.Q(('phone_key', ''), _negated=True), fields=['phone_key'], name='contact_phone_key')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('birth_calendar', ''), ('birth_day', None), ('birth_month', None), ('birth_year', None)), models.Q(('birth_calendar__in', ['solar', 'lunar']), ('birth_day__range', (1, 31)), ('birth_month__range', (1, 12))), _connector='OR'), name='contact_birthday_whole')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ground', models.CharField(choices=[('request', 'The person asked for it'), ('withdrawn', 'Consent was withdrawn'), ('purpose', 'The purpose has ended')], max_length=10)),
                ('counts', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Certificate of erasure',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='OpenQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('question', models.CharField(max_length=40, unique=True)),
                ('purpose', models.CharField(max_length=200, verbose_name='Purpose')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=40)),
                ('sealed', models.BinaryField()),
                ('key_id', models.CharField(max_length=16)),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='contacts.contact')),
            ],
            options={
                'verbose_name': 'Answer',
                'indexes': [models.Index(fields=['contact', 'question', '-id'], name='answer_history'), models.Index(fields=['key_id', 'id'], name='answer_key')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('contact', 'question'), name='answer_current_once')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=40)),
                ('purpose', models.CharField(max_length=200, verbose_name='Purpose')),
                ('wording', models.TextField(max_length=1000, verbose_name='Wording')),
                ('way', models.CharField(choices=[('paper', 'Signed on paper'), ('message', 'By message'), ('email', 'By e-mail'), ('spoken', 'Spoken, with a witness')], max_length=8, verbose_name='Given')),
                ('evidence', models.CharField(max_length=200, verbose_name='Evidence')),
                ('given_on', models.DateField(verbose_name='Given on')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('erased', models.BooleanField(default=False)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='contacts.contact')),
            ],
            options={
                'verbose_name': 'Consent',
                'indexes': [models.Index(fields=['contact', 'question'], name='consent_of_contact')],
            },
        ),
        migrations.CreateModel(
            name='ContactLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('head', 'Head'), ('business', 'Business'), ('settlement', 'Settlement'), ('purchasing', 'Purchasing'), ('warehouse', 'Warehouse and receiving'), ('shop', 'Shop floor'), ('other', 'Other')], default='business', max_length=10, verbose_name='Role')),
                ('is_main', models.BooleanField(default=False, verbose_name='Main contact')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='contacts.contact', verbose_name='Contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_links', to='customers.customer', verbose_name='Customer')),
            ],
            options={
                'verbose_name': 'Contact at a customer',
                'constraints': [models.UniqueConstraint(fields=('contact', 'customer'), name='contact_link_once'), models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('customer',), name='contact_link_one_main')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('way', models.CharField(choices=[('profile', 'Profile opened'), ('reveal', 'Answer revealed'), ('history', 'Earlier answers'), ('print', 'Profile printed'), ('export', 'Personal data exported'), ('api', 'Through the API')], max_length=8)),
                ('questions', models.JSONField(default=list)),
                ('sensitive', models.BooleanField(default=False)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='contacts.contact')),
            ],
            options={
                'verbose_name': 'Reading',
                'indexes': [models.Index(fields=['contact', '-id'], name='reading_of_contact')],
            },
        ),
        furrow.kit.grams.CreateTextIndex(
            table='contacts_search',
        ),
    ]
