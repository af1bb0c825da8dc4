"""Addresses of the catalog room."""

from django.urls import path

from furrow.catalog import views
from furrow.catalog.pages import RECORD
from furrow.records.addresses import urls_of

app_name = "products"
urlpatterns = [
    path("find/", views.find, name="find"),
    path("names/", views.names, name="names"),
    path("names/brand/<int:pk>/", views.name, {"kind": "brand"}, name="brand"),
    path("names/variety/<int:pk>/", views.name, {"kind": "variety"}, name="variety"),
    path("<int:pk>/cost/", views.cost, name="cost"),
    *urls_of(RECORD),
]
