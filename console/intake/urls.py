"""Addresses of the inbox, requests, crisis events and exports."""

from __future__ import annotations

from django.urls import path

from console.intake import views_inbox, views_request

app_name = "intake"
urlpatterns = [
    path("requests/", views_inbox.inbox, name="inbox"),
    path("requests/news/", views_inbox.news, name="news"),
    path("requests/<uuid:request_id>/", views_request.detail, name="detail"),
    path("requests/<uuid:request_id>/version/", views_request.version, name="version"),
    path("requests/<uuid:request_id>/change/", views_request.change, name="change"),
    path("requests/<uuid:request_id>/note/", views_request.note, name="note"),
    path("crisis/", views_inbox.crisis, name="crisis"),
    path("crisis/<str:event_id>/acknowledge/", views_inbox.acknowledge, name="acknowledge"),
]
