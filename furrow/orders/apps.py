from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "furrow.orders"
    label = "orders"
