from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "furrow.visits"
    label = "visits"
