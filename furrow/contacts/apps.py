from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "furrow.contacts"
