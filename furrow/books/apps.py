from django.apps import AppConfig


class BooksConfig(AppConfig):
    name = "furrow.books"
    label = "books"
