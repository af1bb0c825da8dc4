import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import furrow.kit.grams
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


SUB_CHANNELS = [
    ("network", "site_chat"), ("network", "site_message"), ("network", "hotline"), ("network", "im"), ("network", "forum"),
    ("network", "trade_site"), ("network", "trade_group"), ("list", "bought_list"), ("list", "peer_list"), ("list", "trade_fair"),
    ("referral", "by_customer"), ("referral", "by_friend"), ("referral", "by_peer"), ("cold", "sweep"),
]  # fmt: skip


def seed(apps, schema_editor):
    channel = apps.get_model("leads", "Channel")
    channel.objects.bulk_create(channel(kind=kind, code=code) for kind, code in SUB_CHANNELS)


class Migration(CreatingMigration):

    initial = True

    dependencies = [
        ('catalog', '0002_brand_director'),
        ('contacts', '0001_initial'),
        ('customers', '0005_fill_likeness_keys'),
        ('kit', '0003_job_language'),
        ('team', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssignmentRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.brand', verbose_name='Brand')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Goes to')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kit.region', verbose_name='Region')),
            ],
            options={
                'verbose_name': 'Assignment rule',
                'ordering': ['region_id', 'brand_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('network', 'Network'), ('list', 'Industry list'), ('referral', 'Referral'), ('cold', 'Cold visit')], max_length=8, verbose_name='Lead channel')),
                ('code', models.CharField(blank=True, editable=False, max_length=20)),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='Sub-channel')),
                ('is_active', models.BooleanField(default=True, verbose_name='In use')),
            ],
            options={
                'verbose_name': 'Lead channel',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='channel_code_once'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True), _connector='OR'), name='channel_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='HandoverSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('day', models.DateField(verbose_name='Day')),
                ('kind', models.CharField(choices=[('closing', 'Closing time'), ('morning', 'Cold visits of the day before'), ('now', 'On demand')], max_length=8, verbose_name='Made')),
                ('signed_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Handover sheet',
                'ordering': ['-day', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'now'), _negated=True), fields=('day', 'kind'), name='sheet_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='LeadSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('closing', models.TimeField(default=datetime.time(17, 30), verbose_name='Sheet is made at')),
                ('morning', models.TimeField(default=datetime.time(8, 30), verbose_name='Cold visits are collected at')),
                ('due', models.TimeField(default=datetime.time(18, 0), verbose_name='Feedback is due at')),
                ('idle_a', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='Days without follow-up, deal near')),
                ('idle_b', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='Days without follow-up, needs time')),
                ('idle_c', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='Days without follow-up, cannot be judged yet')),
                ('idle_none', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='Days without follow-up, no class yet')),
                ('most_held', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='Leads a rep may hold')),
                ('most_picks', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='Leads taken from the pool a day')),
                ('rest_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='Days before the same rep may take it again')),
                ('web_form', models.BooleanField(default=False, verbose_name='Web form for inquiries is on')),
            ],
            options={
                'verbose_name': 'Rules for leads',
            },
        ),
        migrations.CreateModel(
            name='RoundStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('website', 'Website'), ('chat', 'Chat back-end'), ('hotline', 'Hotline'), ('trade', 'Trade site')], max_length=8, verbose_name='Kind')),
                ('name', models.CharField(max_length=80, verbose_name='Name')),
                ('address', models.URLField(blank=True, max_length=300, verbose_name='Address on the web')),
                ('is_active', models.BooleanField(default=True, verbose_name='In use')),
            ],
            options={
                'verbose_name': 'Stop of the daily round',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Sweep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='Area')),
                ('begins_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='Begins on')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kit.region', verbose_name='Region')),
                ('rep', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Rep')),
            ],
            options={
                'verbose_name': 'Sweep',
                'ordering': ['-begins_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ValidList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('week', models.DateField(unique=True, verbose_name='Week from')),
            ],
            options={
                'verbose_name': 'Valid-customer list',
                'ordering': ['-week'],
            },
        ),
        migrations.CreateModel(
            name='WebKnock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('origin', models.CharField(max_length=32)),
            ],
            options={
                'indexes': [models.Index(fields=['origin', 'at'], name='web_knock_origin')],
            },
        ),
        migrations.CreateModel(
            name='ChannelCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('first', models.DateField(verbose_name='From')),
                ('last', models.DateField(verbose_name='To')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(0)], verbose_name='Cost')),
                ('campaign', models.CharField(blank=True, max_length=80, verbose_name='Campaign')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='costs', to='leads.channel', verbose_name='Lead channel')),
            ],
            options={
                'verbose_name': 'Channel cost',
                'ordering': ['-first', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='cost_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='OwnPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('title', models.CharField(max_length=120, verbose_name='Title')),
                ('address', models.URLField(blank=True, max_length=300, verbose_name='Address on the web')),
                ('posted_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='Posted on')),
                ('is_active', models.BooleanField(default=True, verbose_name='In use')),
                ('posted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='leads.roundstop', verbose_name='Site')),
            ],
            options={
                'verbose_name': 'Own post',
                'ordering': ['-posted_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='RoundTick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('found', models.PositiveSmallIntegerField(default=0, verbose_name='Inquiries found')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='Note')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ticks', to='leads.roundstop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stop', 'day'), name='round_stop_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='SweepShop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('sweep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shops', to='leads.sweep')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='LeadList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='List')),
                ('campaign', models.CharField(blank=True, max_length=80, verbose_name='Campaign')),
                ('received_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='Received on')),
                ('import_source', models.UUIDField(editable=False, null=True, unique=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lists', to='leads.channel', verbose_name='Lead channel')),
                ('cost', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='list', to='leads.channelcost')),
            ],
            options={
                'verbose_name': 'Customer directory',
                'ordering': ['-received_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PostTrace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('answers', models.PositiveIntegerField(default=0, verbose_name='Answers so far')),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='Traces')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traces', to='leads.ownpost')),
            ],
            options={
                'ordering': ['-day', '-id'],
                'constraints': [models.UniqueConstraint(fields=('post', 'day'), name='post_trace_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('contact_name', models.CharField(blank=True, max_length=60, verbose_name='Contact')),
                ('phone', models.CharField(blank=True, max_length=100, verbose_name='Phone')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='Address')),
                ('situation', models.TextField(blank=True, max_length=1000, verbose_name='Situation')),
                ('source', models.CharField(blank=True, max_length=100, verbose_name='Source')),
                ('referrer', models.CharField(blank=True, max_length=80, verbose_name='Referrer')),
                ('remark', models.TextField(blank=True, max_length=1000, verbose_name='Remark')),
                ('prospect_class', models.CharField(blank=True, choices=[('A', 'Deal near'), ('B', 'Needs time'), ('C', 'Cannot be judged yet')], default='', max_length=1, verbose_name='Prospect class')),
                ('is_urgent', models.BooleanField(default=False, verbose_name='Urgent')),
                ('entered_afterwards', models.BooleanField(default=False, verbose_name='Entered afterwards')),
                ('state', models.CharField(choices=[('entered', 'Entered'), ('on_sheet', 'On the sheet'), ('assigned', 'Awaiting feedback'), ('needs_more', 'To be clarified'), ('valid', 'Valid'), ('talk', 'In talks'), ('converted', 'Converted'), ('rejected', 'Not valid'), ('lost', 'Lost'), ('pool', 'In the pool'), ('merged', 'Merged')], default='entered', editable=False, max_length=10, verbose_name='State')),
                ('inquired_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Inquired')),
                ('assigned_at', models.DateTimeField(editable=False, null=True, verbose_name='Assigned')),
                ('feedback_due', models.DateTimeField(editable=False, null=True, verbose_name='Feedback due')),
                ('responded_at', models.DateTimeField(editable=False, null=True, verbose_name='First feedback')),
                ('followed_at', models.DateTimeField(editable=False, null=True, verbose_name='Last follow-up')),
                ('escalation', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('escalated_at', models.DateTimeField(editable=False, null=True)),
                ('validated_at', models.DateTimeField(editable=False, null=True, verbose_name='Found valid')),
                ('reject_reason', models.CharField(blank=True, choices=[('unreachable', 'Cannot be reached'), ('wrong_number', 'Wrong number'), ('no_need', 'No need'), ('not_our_field', 'Not our products'), ('out_of_area', 'Outside our area'), ('consumer', 'Buys for own use only'), ('rival', 'A rival asking around'), ('duplicate', 'Known already'), ('other', 'Other')], default='', editable=False, max_length=14, verbose_name='Reason')),
                ('loss_reason', models.CharField(blank=True, choices=[('price', 'Price'), ('terms', 'Terms of cooperation'), ('rival', 'Went to a rival'), ('money', 'No money'), ('later', 'Put off'), ('silent', 'No answer any more'), ('other', 'Other')], default='', editable=False, max_length=8, verbose_name='Reason')),
                ('state_before', models.CharField(blank=True, default='', editable=False, max_length=10)),
                ('client_id', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('assigned_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='catalog.brand', verbose_name='Brand')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='leads.channel', verbose_name='Lead channel')),
                ('customer', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='customers.customer')),
                ('duplicate_of', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicates', to='leads.lead')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Entered by')),
                ('holder', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to=settings.AUTH_USER_MODEL, verbose_name='Holder')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kit.region', verbose_name='Region')),
                ('list', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='leads.leadlist', verbose_name='List')),
            ],
            options={
                'verbose_name': 'Lead',
                'verbose_name_plural': 'Leads',
                'indexes': [models.Index(fields=['inquired_at', 'id'], name='lead_inquired'), models.Index(fields=['state', 'feedback_due'], name='lead_due'), models.Index(fields=['holder', 'state'], name='lead_holder'), models.Index(fields=['name', 'id'], name='lead_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('holder__isnull', False), ('state__in', ['assigned', 'needs_more', 'talk', 'valid'])), models.Q(('holder__isnull', True), ('state__in', ['entered', 'merged', 'on_sheet', 'pool'])), ('state__in', ['converted', 'lost', 'rejected']), _connector='OR'), name='lead_held_by_one'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reject_reason', ''), _negated=True), _connector='OR'), name='lead_rejected_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='ColdVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('longitude', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('attachments', models.JSONField(default=list)),
                ('client_id', models.CharField(max_length=64, unique=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='cold_visit', to='leads.lead')),
                ('shop', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visit', to='leads.sweepshop')),
            ],
            options={
                'verbose_name': 'Cold visit',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Conversion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('customer_version', models.PositiveIntegerField(null=True)),
                ('contact_version', models.PositiveIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversions', to='leads.lead')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('lead',), name='lead_converted_once')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('picked', models.BooleanField(default=False)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('ended', models.CharField(blank=True, choices=[('reassigned', 'Given to somebody else'), ('released', 'Given back'), ('recycled', 'Taken back: no follow-up'), ('rejected', 'Found not valid'), ('lost', 'Lost'), ('converted', 'Converted'), ('merged', 'Merged'), ('deleted', 'Deleted')], default='', max_length=10)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='leads.lead')),
            ],
            options={
                'ordering': ['-since', '-id'],
                'indexes': [models.Index(fields=['holder', 'lead', '-id'], name='holding_of_holder')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('lead',), name='lead_in_one_hand'), models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('until', None)), models.Q(('until__isnull', False), models.Q(('ended', ''), _negated=True)), _connector='OR'), name='holding_ended_whole')],
            },
        ),
        migrations.CreateModel(
            name='LeadKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'lead', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.BigIntegerField()),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
            ],
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('relation', models.CharField(choices=[('customer', 'Customer'), ('friend', 'Friend'), ('peer', 'Peer')], default='customer', max_length=8, verbose_name='Relation')),
                ('referrer', models.CharField(max_length=80, verbose_name='Referrer')),
                ('asked_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='Asked on')),
                ('step', models.CharField(choices=[('asked', 'Asked'), ('introduced', 'Introduced'), ('met', 'Met'), ('signed', 'Signed'), ('thanked', 'Thanked')], default='asked', editable=False, max_length=10, verbose_name='Step')),
                ('signed_on', models.DateField(editable=False, null=True, verbose_name='Signed on')),
                ('thanked_on', models.DateField(editable=False, null=True, verbose_name='Thanked on')),
                ('thanks', models.CharField(blank=True, editable=False, max_length=200, verbose_name='How we thanked')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('lead', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='referral', to='leads.lead')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Asked by')),
                ('referrer_customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.customer', verbose_name="Referrer's customer")),
            ],
            options={
                'verbose_name': 'Referral',
                'verbose_name_plural': 'Referrals',
                'indexes': [models.Index(fields=['asked_on', 'id'], name='referral_asked')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('result', models.CharField(choices=[('valid', 'Valid'), ('needs_more', 'To be clarified'), ('rejected', 'Not valid')], max_length=10, verbose_name='Result')),
                ('reason', models.CharField(blank=True, choices=[('unreachable', 'Cannot be reached'), ('wrong_number', 'Wrong number'), ('no_need', 'No need'), ('not_our_field', 'Not our products'), ('out_of_area', 'Outside our area'), ('consumer', 'Buys for own use only'), ('rival', 'A rival asking around'), ('duplicate', 'Known already'), ('other', 'Other')], default='', max_length=14)),
                ('text', models.TextField(blank=True, max_length=1000, verbose_name='What came of it')),
                ('was_late', models.BooleanField(default=False)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='leads.lead')),
            ],
            options={
                'verbose_name': 'Feedback',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SheetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='line', to='leads.lead')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='leads.handoversheet')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Talk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('method', models.CharField(choices=[('phone', 'By phone'), ('invitation', 'Invited to us'), ('visit', 'Visit to them'), ('fair', 'At a trade fair'), ('online', 'Online meeting'), ('other', 'Other')], max_length=10, verbose_name='Method')),
                ('method_reason', models.CharField(blank=True, max_length=200, verbose_name='Why this method')),
                ('at', models.DateTimeField(verbose_name='Time')),
                ('place', models.CharField(blank=True, max_length=100, verbose_name='Place')),
                ('present', models.CharField(blank=True, max_length=200, verbose_name='Present')),
                ('interest', models.TextField(blank=True, max_length=1000, verbose_name='Interest')),
                ('questions', models.TextField(blank=True, max_length=1000, verbose_name='Questions asked')),
                ('objections', models.TextField(blank=True, max_length=1000, verbose_name='Objections')),
                ('material', models.CharField(blank=True, max_length=200, verbose_name='Material given')),
                ('next_step', models.CharField(max_length=200, verbose_name='Next step')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='Next step on')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='talks', to='leads.lead')),
            ],
            options={
                'verbose_name': 'Talk record',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ValidLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='valid_line', to='leads.lead')),
                ('split_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='leads.validlist')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        furrow.kit.grams.CreateTextIndex(
            table='leads_search',
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
