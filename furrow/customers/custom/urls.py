"""Addresses of own fields; part of the room's."""

from django.urls import path

from furrow.customers.custom import views

urlpatterns = [
    path("fields/", views.fields, name="fields"),
    path("fields/new/", views.new_field, name="new_field"),
    path("fields/<int:field_id>/", views.field, name="field"),
    path("fields/<int:field_id>/retire/", views.retire, name="retire_field"),
    path("fields/<int:field_id>/move/", views.move, name="move_field"),
]
