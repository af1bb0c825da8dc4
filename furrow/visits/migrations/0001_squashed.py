import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from furrow.kit.creating import CreatingMigration


class Migration(CreatingMigration):

    replaces = [('visits', '0001_initial'), ('visits', '0002_needs_gaps_and_checklists')]

    initial = True

    dependencies = [
        ('catalog', '0001_squashed'),
        ('customers', '0001_squashed'),
        ('team', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('visit_type', models.CharField(choices=[('routine', 'Routine visit'), ('first', 'First visit'), ('collecting', 'Collecting visit'), ('store_check', 'Store check'), ('return', 'Return visit'), ('cold', 'Cold visit')], default='routine', max_length=12, verbose_name='Visit type')),
                ('method', models.CharField(choices=[('person', 'In person'), ('phone', 'Phone'), ('wechat', 'WeChat'), ('video', 'Video call'), ('other', 'Other')], default='person', max_length=8, verbose_name='Method')),
                ('planned_visit', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('started_at', models.DateTimeField(verbose_name='Begin')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='End')),
                ('in_longitude', models.FloatField(editable=False, null=True)),
                ('in_latitude', models.FloatField(editable=False, null=True)),
                ('in_accuracy', models.FloatField(editable=False, null=True)),
                ('in_distance', models.FloatField(editable=False, null=True, verbose_name='Meters from the outlet')),
                ('in_signs', models.JSONField(default=list, editable=False)),
                ('out_longitude', models.FloatField(editable=False, null=True)),
                ('out_latitude', models.FloatField(editable=False, null=True)),
                ('out_accuracy', models.FloatField(editable=False, null=True)),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='Place')),
                ('people', models.CharField(blank=True, max_length=200, verbose_name='People present')),
                ('goal', models.CharField(blank=True, max_length=300, verbose_name='Visit goal')),
                ('goal_reached', models.CharField(blank=True, choices=[('yes', 'Reached'), ('partly', 'Partly reached'), ('no', 'Not reached')], max_length=6, verbose_name='Goal')),
                ('goal_why', models.CharField(blank=True, max_length=300, verbose_name='Why not reached')),
                ('content', models.TextField(blank=True, max_length=4000, verbose_name='What was said and done')),
                ('special', models.TextField(blank=True, max_length=2000, verbose_name='Special matters')),
                ('went_well', models.TextField(blank=True, max_length=1000, verbose_name='What went well')),
                ('fell_short', models.TextField(blank=True, max_length=1000, verbose_name='What fell short')),
                ('lesson_learnt', models.TextField(blank=True, max_length=1000, verbose_name='What was learned')),
                ('appointment_at', models.DateTimeField(blank=True, null=True, verbose_name='New appointment')),
                ('appointment_note', models.CharField(blank=True, max_length=300, verbose_name='What for')),
                ('new_plan', models.TextField(blank=True, max_length=1000, verbose_name='New plan')),
                ('split_trust', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Building trust')),
                ('split_needs', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Understanding needs')),
                ('split_present', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Presenting')),
                ('split_agree', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Agreeing')),
                ('reviewed_at', models.DateTimeField(editable=False, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_records', to=settings.AUTH_USER_MODEL, verbose_name='Rep')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_records', to='customers.customer', verbose_name='Customer')),
                ('reviewed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Reviewed by')),
            ],
            options={
                'verbose_name': 'Contact record',
                'verbose_name_plural': 'Contact records',
                'indexes': [models.Index(fields=['started_at', 'id'], name='contact_record_time'), models.Index(fields=['customer', 'started_at'], name='contact_record_customer'), models.Index(fields=['by', 'started_at'], name='contact_record_rep')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='contact_record_ends_after'), models.CheckConstraint(condition=models.Q(models.Q(('split_agree', None), ('split_needs', None), ('split_present', None), ('split_trust', None)), ('split_trust', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.Value(100), '-', models.F('split_needs')), '-', models.F('split_present')), '-', models.F('split_agree'))), _connector='OR'), name='contact_record_split_whole')],
            },
        ),
        migrations.CreateModel(
            name='MissedVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField(verbose_name='Time')),
                ('planned_visit', models.BigIntegerField(blank=True, null=True)),
                ('reason', models.CharField(choices=[('closed', 'Shop was closed'), ('away', 'The person in charge was away'), ('their_wish', 'They asked for another time'), ('no_time', 'The day was too short'), ('road', 'Traffic or weather'), ('moved', 'Moved away'), ('gone', 'Given up for good'), ('other', 'Other reason')], max_length=12, verbose_name='Reason')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='missed_visits', to='customers.customer', verbose_name='Customer')),
            ],
            options={
                'verbose_name': 'Missed visit',
                'verbose_name_plural': 'Missed visits',
                'indexes': [models.Index(fields=['by', 'at'], name='missed_visit_rep')],
            },
        ),
        migrations.CreateModel(
            name='NeedCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('need', models.CharField(choices=[('goods', 'Goods that sell'), ('margin', 'Margin and price'), ('supply', 'Delivery and stock'), ('service', 'After-sales service'), ('display', 'Display and promotion'), ('growth', 'Growth of the business')], max_length=10, verbose_name='Need')),
                ('findings', models.TextField(max_length=1000, verbose_name='What was found')),
                ('examined_on', models.DateField(verbose_name='Examined on')),
                ('diagnosis', models.TextField(blank=True, max_length=1000, verbose_name='Diagnosis')),
                ('diagnosed_on', models.DateField(blank=True, null=True, verbose_name='Diagnosed on')),
                ('prescription', models.TextField(blank=True, max_length=1000, verbose_name='Prescription')),
                ('prescribed_on', models.DateField(blank=True, null=True, verbose_name='Prescribed on')),
                ('act_on', models.DateField(blank=True, null=True, verbose_name='To be done by')),
                ('outcome', models.CharField(blank=True, max_length=300, verbose_name='Outcome')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='Closed on')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='need_cases', to='customers.customer', verbose_name='Customer')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='need_cases', to=settings.AUTH_USER_MODEL, verbose_name='Owner')),
            ],
            options={
                'verbose_name': "Sales doctor's case",
                'indexes': [models.Index(fields=['customer', 'examined_on'], name='need_case_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('diagnosed_on', None), ('diagnosed_on__gte', models.F('examined_on')), _connector='OR'), name='need_case_diagnosed'), models.CheckConstraint(condition=models.Q(('prescribed_on', None), models.Q(('prescribed_on__gt', models.F('examined_on')), ('prescribed_on__gte', models.F('diagnosed_on'))), _connector='OR'), name='need_case_prescribed')],
            },
        ),
        migrations.CreateModel(
            name='StepPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('visit_type', models.CharField(choices=[('routine', 'Routine visit'), ('first', 'First visit'), ('collecting', 'Collecting visit'), ('store_check', 'Store check'), ('return', 'Return visit'), ('cold', 'Cold visit')], max_length=12, unique=True, verbose_name='Visit type')),
                ('steps', models.JSONField(default=list)),
                ('checklist', models.JSONField(default=list)),
                ('script', models.TextField(blank=True, max_length=2000, verbose_name='Script')),
            ],
            options={
                'verbose_name': 'Visit steps',
            },
        ),
        migrations.CreateModel(
            name='NeedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('question', models.CharField(max_length=40)),
                ('text', models.CharField(max_length=500, verbose_name='Answer')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='need_answers', to='customers.customer')),
                ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='need_answers', to='visits.contactrecord')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', 'question', 'at'], name='need_answer_customer')],
                'constraints': [models.UniqueConstraint(fields=('client_id', 'question'), name='need_answer_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='need_answer_said')],
            },
        ),
        migrations.CreateModel(
            name='RecordComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('text', models.TextField(max_length=1000, verbose_name='Comment')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='visits.contactrecord')),
            ],
            options={
                'ordering': ['record', 'at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='StepResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('prepare', 'Prepare'), ('front_photo', 'Shop-front photo'), ('observe', 'Observe and analyze'), ('open', 'Open'), ('stock', 'Count stock'), ('store_check', 'Store check'), ('competitor', 'Look at rivals'), ('present', 'Present'), ('refusals', 'Handle refusals'), ('order', 'Take the order'), ('collect', 'Collect money'), ('train', 'Train the staff'), ('decide', 'Bring to a decision'), ('sign', 'Sign')], max_length=12, verbose_name='Step')),
                ('done', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, choices=[('not_needed', 'Not needed this time'), ('no_time', 'No time'), ('away', 'The right person was away'), ('refused', 'They did not want it'), ('other', 'Other reason')], max_length=12, verbose_name='Reason')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='visits.contactrecord')),
            ],
            options={
                'ordering': ['record', 'order'],
                'constraints': [models.UniqueConstraint(fields=('record', 'kind'), name='visit_step_once'), models.CheckConstraint(condition=models.Q(('done', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='visit_step_skipped_why')],
            },
        ),
        migrations.CreateModel(
            name='StoreCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='Changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField(verbose_name='Time')),
                ('score', models.DecimalField(decimal_places=1, max_digits=4, null=True, verbose_name='Score')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='store_checks', to='customers.customer', verbose_name='Customer')),
                ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='store_checks', to='visits.contactrecord')),
            ],
            options={
                'verbose_name': 'Store check',
                'verbose_name_plural': 'Store checks',
                'indexes': [models.Index(fields=['customer', 'at'], name='store_check_customer')],
            },
        ),
        migrations.CreateModel(
            name='StoreCheckItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('pop', 'POP material'), ('display', 'Display'), ('shelf', 'Shelf position and share'), ('color', 'Color and light'), ('music', 'Music and smell'), ('staff', 'Conduct of the staff'), ('price', 'Price tags'), ('stock', 'Goods in stock')], max_length=10)),
                ('points', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(5)])),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='Note')),
                ('store_check', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='visits.storecheck')),
                ('gap_closed_at', models.DateTimeField(blank=True, null=True)),
                ('gap_closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gap_due', models.DateField(blank=True, null=True)),
                ('gap_owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['store_check', 'id'],
                'constraints': [models.UniqueConstraint(fields=('store_check', 'code'), name='store_check_item_once'), models.CheckConstraint(condition=models.Q(('points__lte', 5)), name='store_check_points'), models.CheckConstraint(condition=models.Q(models.Q(('gap_due', None), ('gap_owner', None)), models.Q(('gap_due__isnull', False), ('gap_owner__isnull', False)), _connector='OR'), name='store_check_gap_whole')],
            },
        ),
        migrations.CreateModel(
            name='StoreCheckLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facings', models.PositiveIntegerField(null=True, verbose_name='Facings')),
                ('price', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='Retail price')),
                ('stock', models.PositiveIntegerField(null=True, verbose_name='Stock')),
                ('activity', models.CharField(blank=True, max_length=200, verbose_name='Activity')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('store_check', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='visits.storecheck')),
            ],
            options={
                'ordering': ['store_check', 'id'],
                'constraints': [models.UniqueConstraint(fields=('store_check', 'product'), name='store_check_product_once')],
            },
        ),
    ]
