"""Addresses of contact records."""

from django.urls import path

from furrow.records.addresses import urls_of
from furrow.visits import chart_pages, guide_views, matter_views, need_views, step_views, views
from furrow.visits.pages import RECORD

app_name = "visits"
urlpatterns = [
    path("book/", views.book, name="book"),
    path("new/<int:pk>/", views.new_for, name="new_for"),
    path("needs/<int:pk>/", need_views.customer_needs, name="needs"),
    path("needs/<int:pk>/case/", need_views.new_case, name="new_case"),
    path("cases/<int:pk>/", need_views.move_case, name="move_case"),
    path("gaps/", need_views.gaps, name="gaps"),
    path("gaps/<int:pk>/", need_views.gap, name="gap"),
    path("matters/", matter_views.matters, name="matters"),
    path("matters/<int:pk>/close/", matter_views.close_matter, name="close_matter"),
    path("needs/<int:pk>/matter/", matter_views.new_matter, name="new_matter"),
    path("needs/<int:pk>/exclusive/", matter_views.exclusive, name="exclusive"),
    path("standard/", matter_views.standard, name="standard"),
    path("charts/<int:pk>/", chart_pages.chart, name="chart"),
    path("guide/", guide_views.guide, name="guide"),
    path("guide/<str:code>/", guide_views.question_set, name="question_set"),
    path("steps/", step_views.step_plans, name="step_plans"),
    path("steps/<str:kind>/", step_views.step_plan, name="step_plan"),
    path("<int:pk>/customer/", views.customer, name="customer"),
    path("<int:pk>/comment/", views.comment, name="comment"),
    path("<int:pk>/review/", views.review, name="review"),
    *urls_of(RECORD),
]
