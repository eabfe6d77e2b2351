"""Addresses of the inbox, requests, crisis events and exports."""

from __future__ import annotations

from django.urls import path

from console.intake import views

app_name = "intake"
urlpatterns = [
    path("requests/", views.inbox, name="inbox"),
    path("requests/<uuid:request_id>/", views.detail, name="detail"),
]
