"""Addresses of signing in, staff and audit."""

from __future__ import annotations

from django.urls import path

from console.staff import views_login

app_name = "staff"
urlpatterns = [
    path("", views_login.home, name="home"),
    path("login/", views_login.sign_in, name="login"),
    path("logout/", views_login.sign_out, name="logout"),
]
