"""Addresses of contact records."""

from django.urls import path

from furrow.records.addresses import urls_of
from furrow.visits import views
from furrow.visits.pages import RECORD

app_name = "visits"
urlpatterns = [
    path("book/", views.book, name="book"),
    path("new/<int:pk>/", views.new_for, name="new_for"),
    path("<int:pk>/customer/", views.customer, name="customer"),
    path("<int:pk>/comment/", views.comment, name="comment"),
    path("<int:pk>/review/", views.review, name="review"),
    *urls_of(RECORD),
]
