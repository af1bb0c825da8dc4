from django.db import migrations

GRADES = "ABCD"
CHUNK = 1000


def carry_over(apps, schema_editor):
    """Scores of the two factors become the scores of the card; every snapshot so far is of the customer grade; the latest one is current."""
    assessment = apps.get_model("assessment", "Assessment")
    latest = {}
    rows = assessment.objects.filter(withdrawn_at=None).order_by("at", "id").values_list("customer_id", "id")
    for customer, pk in rows.iterator():
        latest[customer] = pk
    current, part = set(latest.values()), []
    for row in assessment.objects.order_by("id").iterator(chunk_size=CHUNK):
        row.card_code, row.rank, row.is_current = "customer_grade", GRADES.index(row.grade) + 1, row.pk in current
        if row.importance_score is not None:
            row.scores = {"importance": str(row.importance_score), "growth": str(row.growth_score)}
            row.score = (row.importance_score + row.growth_score) / 2
        part.append(row)
        if len(part) == CHUNK:
            _save(assessment, part)
            part = []
    _save(assessment, part)


def _save(assessment, rows):
    assessment.objects.bulk_update(rows, ["card_code", "rank", "is_current", "scores", "score"])


class Migration(migrations.Migration):

    dependencies = [("assessment", "0002_cards_and_current")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
