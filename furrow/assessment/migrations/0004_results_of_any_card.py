from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("assessment", "0003_carry_over")]

    operations = [
        migrations.RemoveIndex(
            model_name='assessment',
            name='assessment_history',
        ),
        migrations.RemoveField(
            model_name='assessment',
            name='growth_score',
        ),
        migrations.RemoveField(
            model_name='assessment',
            name='importance_score',
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['customer', 'card_code', '-at', '-id'], name='assessment_card_history'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['card_code', '-at', '-id'], name='assessment_of_card'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(condition=models.Q(('is_current', True)), fields=['customer', 'card_code'], name='assessment_current'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('grade', ''), _negated=True), name='assessment_grade_given'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('region__isnull', True)), models.Q(('customer__isnull', True), ('region__isnull', False)), _connector='OR'), name='assessment_of_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('card_code', 'customer_grade'), _negated=True), ('grade__in', ['A', 'B', 'C', 'D']), _connector='OR'), name='assessment_customer_grade_a_to_d'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source__in', ['scorecard', 'regrade']), _negated=True), models.Q(('card_version__gte', 1), ('rank__gte', 1)), _connector='OR'), name='assessment_scorecard_has_result'),
        ),
    ]
