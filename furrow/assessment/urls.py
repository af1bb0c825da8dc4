"""Addresses of the grading pages."""

from django.urls import path

from furrow.assessment import views

app_name = "assessment"
urlpatterns = [
    path("customers/<int:pk>/grade/", views.assess, name="assess"),
    path("customers/<int:pk>/grade/outcome/", views.outcome, name="outcome"),
    path("customers/<int:pk>/assess/<slug:code>/", views.assess, name="assess_by"),
    path("customers/<int:pk>/assess/<slug:code>/outcome/", views.outcome, name="outcome_by"),
    path("customers/<int:pk>/history/<slug:code>/", views.history, name="history"),
    path("grades/", views.grade_chosen, name="bulk"),
    path("grades/<uuid:batch>/undo/", views.undo, name="undo"),
]
