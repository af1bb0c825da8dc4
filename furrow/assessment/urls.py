"""Addresses of the grading pages."""

from django.urls import path

from furrow.assessment import board_views, card_views, grid_views, strategy_views, views

app_name = "assessment"
urlpatterns = [
    path("customers/<int:pk>/grade/", views.assess, name="assess"),
    path("customers/<int:pk>/grade/outcome/", views.outcome, name="outcome"),
    path("customers/<int:pk>/assess/<slug:code>/", views.assess, name="assess_by"),
    path("customers/<int:pk>/assess/<slug:code>/outcome/", views.outcome, name="outcome_by"),
    path("customers/<int:pk>/history/<slug:code>/", views.history, name="history"),
    path("assessment/", card_views.cards, name="cards"),
    path("assessment/import/", card_views.take, name="take"),
    path("assessment/new/", card_views.new, name="new"),
    path("assessment/cards/<slug:code>/", card_views.card_page, name="card"),
    path("assessment/cards/<slug:code>/edit/", card_views.edit, name="edit"),
    path("assessment/cards/<slug:code>/discard/", card_views.discard, name="discard"),
    path("assessment/cards/<slug:code>/copy/", card_views.copy, name="copy"),
    path("assessment/cards/<slug:code>/toml/", card_views.toml, name="toml"),
    path("assessment/cards/<slug:code>/regrade/", card_views.regrade, name="regrade"),
    path("assessment/cards/<slug:code>/learning/", card_views.learning, name="learning"),
    path("assessment/cards/<slug:code>/grid/", grid_views.territory, name="grid"),
    path("assessment/due/", board_views.due, name="due"),
    path("assessment/changes/", board_views.changes, name="changes"),
    path("assessment/targets/", board_views.targets, name="targets"),
    path("assessment/targets/pick/", board_views.pick, name="pick"),
    path("assessment/targets/<int:pk>/release/", board_views.release, name="release"),
    path("assessment/upgrade/", board_views.upgrade, name="upgrade"),
    path("assessment/strategies/", strategy_views.strategy_list, name="strategies"),
    path("assessment/strategies/<int:strategy>/", strategy_views.strategy, name="strategy"),
    path("assessment/strategies/<int:strategy>/end/", strategy_views.end, name="end"),
    path("assessment/strategies/<int:strategy>/steps/<int:step>/", strategy_views.tick, name="tick"),
    path("assessment/regions/", strategy_views.regions, name="regions"),
    path("assessment/regions/<slug:region>/", strategy_views.region, name="region"),
    path("customers/<int:pk>/analysis/", strategy_views.sheet, name="sheet"),
    path("customers/<int:pk>/strategy/", strategy_views.write, name="write"),
    path("grades/", views.grade_chosen, name="bulk"),
    path("grades/<uuid:batch>/undo/", views.undo, name="undo"),
]
