from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "furrow.records"
    label = "records"
