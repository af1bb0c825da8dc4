"""Addresses of attachments."""

from django.urls import path

from furrow.attachments import views

app_name = "attachments"
urlpatterns = [
    path("of/<slug:record>/<int:pk>/", views.upload, name="upload"),
    path("of/<slug:record>/<int:pk>/list/", views.panel, name="panel"),
    path("<int:pk>/", views.download, name="download"),
    path("<int:pk>/<slug:size>.jpg", views.preview, name="preview"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/restore/", views.restore, name="restore"),
]
