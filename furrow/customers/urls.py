"""Addresses of the customers room."""

from django.urls import include, path

from furrow.customers import views
from furrow.customers.card import views as card
from furrow.customers.pages import RECORD
from furrow.records.addresses import urls_of

app_name = "customers"
urlpatterns = [
    path("map/", views.customer_map, name="map"),
    path("map/data/", views.map_data, name="map_data"),
    path("regions/", views.regions, name="regions"),
    path("", include("furrow.customers.duplicate_urls")),
    path("", include("furrow.customers.areas.urls")),
    path("", include("furrow.customers.custom.urls")),
    path("owner/", views.change_owner, name="change_owner"),
    path("owner/undo/", views.undo_owner, name="undo_owner"),
    path("cards/", views.print_cards, name="print_cards"),
    path("beside/", card.beside, name="beside"),
    path("<int:pk>/facts/<str:path>/", card.fact, name="fact"),
    path("<int:pk>/groups/<str:name>/", card.group, name="group"),
    path("<int:pk>/groups/<str:name>/confirm/", card.confirm, name="confirm"),
    path("<int:pk>/undo/<int:entry>/", card.undo, name="undo"),
    *urls_of(RECORD),
]
