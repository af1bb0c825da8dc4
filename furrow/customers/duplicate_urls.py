"""Addresses of the duplicate check, merges and the scan; part of the room's."""

from django.urls import path

from furrow.customers import duplicate_views as views
from furrow.customers import merge_views as merges
from furrow.customers import scan_views as scans

urlpatterns = [
    path("similar/", views.similar, name="similar"),
    path("check/", views.check, name="check"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", merges.page, name="page"),
    path("<int:pk>/merge/", merges.merge, name="merge"),
    path("merges/", merges.merges, name="merges"),
    path("merges/<int:merge_id>/undo/", merges.undo, name="undo_merge"),
    path("duplicates/", scans.duplicates, name="duplicates"),
    path("duplicates/scan/", scans.start, name="scan_duplicates"),
    path("duplicates/<int:pair_id>/", scans.decide, name="decide_pair"),
]
