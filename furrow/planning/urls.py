"""Addresses of plans, the visit policy, the work calendar and the calendar feeds."""

from django.urls import path

from furrow.planning import board_views, calendar_views, outputs, views

app_name = "planning"
urlpatterns = [
    path("plans/", views.cycles, name="cycles"),
    path("plans/new/", views.new, name="new"),
    path("plans/policy/", views.policy, name="policy"),
    path("plans/policy/reset/", views.reset, name="policy_reset"),
    path("plans/policy/use/", views.use, name="policy_use"),
    path("plans/<int:pk>/", board_views.cycle, name="cycle"),
    path("plans/<int:pk>/start/", views.start, name="start"),
    path("plans/<int:pk>/publish/", views.publish, name="publish"),
    path("plans/<int:pk>/unpublish/", views.unpublish, name="unpublish"),
    path("plans/<int:pk>/delete/", views.delete, name="delete"),
    path("plans/<int:pk>/xlsx/", outputs.xlsx, name="xlsx"),
    path("plans/<int:pk>/print/", outputs.route_sheets, name="print"),
    path("plans/visits/<int:visit_id>/", board_views.visit, name="visit"),
    path("plans/visits/<int:visit_id>/price/", board_views.price, name="price"),
    path("plans/visits/<int:visit_id>/move/", views.move, name="move"),
    path("plans/visits/<int:visit_id>/undo/", views.undo, name="undo"),
    path("plans/visits/<int:visit_id>/pin/", views.pin, name="pin"),
    path("work-calendar/", calendar_views.year, name="calendar"),
    path("work-calendar/day/", calendar_views.set_day, name="calendar_day"),
    path("work-calendar/publish/", calendar_views.publish, name="calendar_publish"),
    path("calendar/<str:token>.ics", outputs.feed, name="feed"),
]
