"""Addresses of the leads room."""

from django.urls import path

from furrow.leads import measure_views, referral_views, rule_views, sheet_views, table_views, views
from furrow.leads.pages import RECORD
from furrow.records.addresses import urls_of

app_name = "leads"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("inquiries/", views.inquiries, name="inquiries"),
    path("inquiries/similar/", views.similar, name="similar"),
    path("inquiries/print/", views.print_inquiries, name="print_inquiries"),
    path("pool/", views.pool, name="pool"),
    path("pool/<int:pk>/pick/", views.pick, name="pick"),
    path("sheets/", sheet_views.sheets, name="sheets"),
    path("sheets/make/", sheet_views.make, name="make_sheet"),
    path("sheets/<int:pk>/", sheet_views.sheet, name="sheet"),
    path("sheets/<int:pk>/assign/", sheet_views.assign, name="assign_lines"),
    path("sheets/<int:pk>/print/", sheet_views.print_sheet, name="print_sheet"),
    path("referrals/tree/", referral_views.tree, name="referral_tree"),
    path("referrals/ask/", referral_views.whom_to_ask, name="whom_to_ask"),
    path("referrals/<int:pk>/introduce/", referral_views.introduce, name="introduce"),
    path("referrals/<int:pk>/met/", referral_views.met, name="met"),
    path("referrals/<int:pk>/thank/", referral_views.thank, name="thank"),
    path("round/", table_views.daily_round, name="round"),
    path("round/<int:pk>/tick/", table_views.tick, name="tick"),
    path("round/posts/<int:pk>/", table_views.trace, name="trace"),
    path("sweeps/", table_views.sweeps, name="sweeps"),
    path("sweeps/new/", table_views.new_sweep, name="new_sweep"),
    path("sweeps/<int:pk>/", table_views.sweep, name="sweep"),
    path("valid/", table_views.valid_list, name="valid"),
    path("valid/print/", table_views.print_valid, name="print_valid"),
    path("valid/<int:pk>/", table_views.valid_line, name="valid_line"),
    path("measures/", measure_views.measure, name="measures"),
    path("rules/", rule_views.rules, name="rules"),
    path("rules/<slug:kind>/<int:pk>/", rule_views.remove, name="remove"),
    path("rules/director/of/<int:pk>/", rule_views.director, name="director"),
    path("assign/", views.assign_many, name="assign_many"),
    path("sheet/", views.sheet_of, name="sheet_of"),
    path("<int:pk>/act/<slug:name>/", views.act, name="act"),
    *urls_of(RECORD),
]
