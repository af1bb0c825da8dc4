"""Addresses of the phone, and of the day in the field at the desk."""

from django.urls import path

from furrow.field import views

app_name = "field"
urlpatterns = [
    path("", views.app, name="app"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("device/", views.register, name="register"),
    path("package/", views.package, name="package"),
    path("commands/", views.command, name="command"),
    path("photos/<uuid:client_id>/", views.photo, name="photo"),
]
