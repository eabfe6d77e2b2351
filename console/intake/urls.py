"""Addresses of the inbox, requests, crisis events and exports."""

from __future__ import annotations

from django.urls import path

from console.intake import exports, views_inbox, views_request

app_name = "intake"
urlpatterns = [
    path("requests/", views_inbox.inbox, name="inbox"),
    path("requests/news/", views_inbox.news, name="news"),
    path("requests/print/", exports.print_many, name="print_many"),
    path("requests.csv", exports.csv_many, name="csv_many"),
    path("requests.fhir.json", exports.fhir_many, name="fhir_many"),
    path("requests/<uuid:request_id>/", views_request.detail, name="detail"),
    path("requests/<uuid:request_id>/version/", views_request.version, name="version"),
    path("requests/<uuid:request_id>/change/", views_request.change, name="change"),
    path("requests/<uuid:request_id>/note/", views_request.note, name="note"),
    path("requests/<uuid:request_id>/print/", exports.print_one, name="print_one"),
    path("requests/<uuid:request_id>.csv", exports.csv_one, name="csv_one"),
    path("requests/<uuid:request_id>.fhir.json", exports.fhir_one, name="fhir_one"),
    path("crisis/", views_inbox.crisis, name="crisis"),
    path("crisis/<str:event_id>/acknowledge/", views_inbox.acknowledge, name="acknowledge"),
]
