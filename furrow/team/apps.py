from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "furrow.team"
    label = "team"
