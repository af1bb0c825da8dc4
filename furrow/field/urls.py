"""Addresses of the phone, and of the day in the field at the desk."""

from django.urls import path

from furrow.field import desk_views, views

app_name = "field"
urlpatterns = [
    path("", views.app, name="app"),
    path("sw.js", views.worker, name="worker"),
    path("pages-<slug:version>.js", views.pages, name="pages"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("device/", views.register, name="register"),
    path("package/", views.package, name="package"),
    path("commands/", views.command, name="command"),
    path("live/", desk_views.live, name="live"),
    path("devices/", desk_views.devices, name="devices"),
    path("devices/<int:pk>/revoke/", desk_views.revoke, name="revoke"),
    path("devices/positions/", desk_views.positions, name="positions"),
    path("photos/<uuid:client_id>/", views.photo, name="photo"),
]
