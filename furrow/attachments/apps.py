from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "furrow.attachments"
    label = "attachments"
