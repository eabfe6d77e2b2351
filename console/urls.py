"""The console's addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("console.staff.urls")),
    path("", include("console.intake.urls")),
]
handler400 = "console.staff.views_errors.bad_request"
handler403 = "console.staff.views_errors.refused"
handler404 = "console.staff.views_errors.not_found"
handler500 = "console.staff.views_errors.failed"
