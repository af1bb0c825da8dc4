from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "furrow.receivables"
    label = "receivables"
