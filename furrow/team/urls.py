"""Signing in, the own profile, the team structure."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from furrow.team import people_views, views

app_name = "team"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    # The menu's one form says where it stood as `next`; signing out leads to the sign-in page all the same.
    path("sign-out/", LogoutView.as_view(redirect_field_name=""), name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("profile/calendar/", people_views.renew_calendar, name="renew_calendar"),
    path("profile/token/", people_views.issue_token, name="issue_token"),
    path("profile/token/stop/", people_views.revoke_token, name="revoke_token"),
    path("teams/", people_views.teams, name="teams"),
    path("teams/<int:pk>/", people_views.team, name="team"),
    path("teams/<int:pk>/delete/", people_views.delete_team, name="delete_team"),
]
