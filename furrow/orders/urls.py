"""Addresses of orders, deliveries and price lists: the everyday ones, with writing and every act on them."""

from django.urls import path

from furrow.orders import views
from furrow.orders.pages import DELIVERIES, ORDERS, PRICE_LISTS
from furrow.records.addresses import urls_of

ORDER_URLS = [
    path("new/", views.write, name="new"),
    path("<int:pk>/edit/", views.write, name="edit"),
    path("<int:pk>/place/", views.place, name="place"),
    path("<int:pk>/recheck/", views.recheck, name="recheck"),
    path("<int:pk>/copy/", views.copy, name="copy"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/split/", views.split, name="split"),
    path("<int:pk>/merge/", views.merge, name="merge"),
    path("<int:pk>/ask-release/", views.ask_release, name="ask_release"),
    path("<int:pk>/release/", views.release, name="release"),
    path("<int:pk>/deliver/", views.deliver, name="deliver"),
    *urls_of(ORDERS),
]
DELIVERY_URLS = [
    path("new/", views.write, name="new"),
    path("<int:pk>/edit/", views.sign, name="edit"),
    path("driver/", views.driver_sheet, name="driver"),
    path("<int:pk>/invoice/", views.invoice, name="invoice"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/back/", views.take_back, name="back"),
    *urls_of(DELIVERIES),
]
PRICE_LIST_URLS = urls_of(PRICE_LISTS)
