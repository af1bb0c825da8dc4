"""Signing in and the own profile."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from furrow.team import views

app_name = "team"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
]
