from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "furrow.customers"
    label = "customers"
