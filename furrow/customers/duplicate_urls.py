"""Addresses of the duplicate check, merges and the scan; part of the room's."""

from django.urls import path

from furrow.customers import duplicate_views as views

urlpatterns = [
    path("similar/", views.similar, name="similar"),
    path("check/", views.check, name="check"),
    path("new/", views.new, name="new"),
]
