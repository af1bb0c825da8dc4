from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "furrow.planning"
    label = "planning"
