from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "furrow.catalog"
    label = "catalog"
