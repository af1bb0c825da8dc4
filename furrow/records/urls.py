"""Addresses of background jobs."""

from django.urls import path
from django.views.decorators.http import require_safe

from furrow.records import views

app_name = "records"
urlpatterns = [
    path("<int:pk>/", require_safe(views.job), name="job"),
    path("<int:pk>/cancel/", views.job_cancel, name="job_cancel"),
]
