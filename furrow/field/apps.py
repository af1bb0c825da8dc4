from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "furrow.field"
    label = "field"
