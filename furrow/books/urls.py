"""Addresses of the purchase-sales book."""

from django.urls import path

from furrow.books import views
from furrow.books.pages import RECORD
from furrow.records.addresses import urls_of

app_name = "books"
urlpatterns = [
    path("grid/", views.grid, name="grid"),
    path("periods/", views.periods, name="periods"),
    path("customer/<int:pk>/", views.customer, name="customer"),
    path("customer/<int:pk>/grid/", views.grid, name="customer_grid"),
    path("customer/<int:pk>/print/", views.print_book, name="print_book"),
    path("customer/<int:pk>/<int:product_id>/", views.trend, name="trend"),
    *urls_of(RECORD),
]
