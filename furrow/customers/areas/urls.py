"""Addresses of the regions browser and the archives; part of the room's."""

from django.urls import path

from furrow.customers.areas import views

urlpatterns = [
    path("areas/", views.areas, name="areas"),
    path("areas/order/", views.opening_order, name="area_order"),
    path("areas/export/", views.export, name="areas_export"),
    path("areas/<str:code>/", views.areas, name="area"),
    path("areas/<str:code>/export/", views.export, name="area_export"),
    path("areas/<str:code>/plan/", views.plan, name="plan_area"),
    path("areas/<str:code>/open/", views.open_area, name="open_area"),
    path("areas/<str:code>/close/", views.close_area, name="close_area"),
    path("archives/", views.archives, name="archives"),
    path("archives/count/", views.count, name="count_archives"),
    path("archives/counted/", views.count_state, name="archives_counted"),
]
