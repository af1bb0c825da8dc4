from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "furrow.kit"
    label = "kit"
