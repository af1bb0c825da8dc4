from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "furrow.assessment"
    label = "assessment"
