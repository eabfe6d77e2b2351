"""Addresses of the inbox, requests, crisis events and exports."""

from __future__ import annotations

from django.urls import path

from console.intake import exports, views

app_name = "intake"
urlpatterns = [
    path("requests/", views.inbox, name="inbox"),
    path("requests/<uuid:request_id>/", views.detail, name="detail"),
    path("requests.csv", exports.csv_many, name="csv_many"),
    path("requests.fhir.json", exports.fhir_many, name="fhir_many"),
    path("requests/print/", exports.print_many, name="print_many"),
    path("requests/<uuid:request_id>.csv", exports.csv_one, name="csv_one"),
    path("requests/<uuid:request_id>.fhir.json", exports.fhir_one, name="fhir_one"),
    path("requests/<uuid:request_id>/print/", exports.print_one, name="print_one"),
]
