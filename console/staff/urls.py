"""Addresses of signing in, setting up, one's account, staff and audit."""

from __future__ import annotations

from django.urls import path

from console.staff import views_account, views_login, views_people, views_set_up

app_name = "staff"
urlpatterns = [
    path("", views_login.home, name="home"),
    path("health/", views_login.health, name="health"),
    path("login/", views_login.sign_in, name="login"),
    path("logout/", views_login.sign_out, name="logout"),
    path("stay/", views_login.stay, name="stay"),
    path("set-up/second-factor/", views_set_up.second_factor, name="second_factor"),
    path("set-up/codes/", views_set_up.codes, name="codes"),
    path("set-up/<str:token>/", views_set_up.begin, name="set_up"),
    path("welcome/", views_account.welcome, name="welcome"),
    path("account/", views_account.account, name="account"),
    path("account/password/", views_account.change_password, name="change_password"),
    path("account/codes/", views_account.new_codes, name="new_codes"),
    path("account/phone/", views_account.new_phone, name="new_phone"),
    path("staff/", views_people.people, name="people"),
    path("staff/add/", views_people.add, name="add"),
    path("staff/<int:user_id>/roles/", views_people.set_roles, name="set_roles"),
    path("staff/<int:user_id>/reset/", views_people.reset, name="reset"),
    path("staff/<int:user_id>/active/", views_people.set_active, name="set_active"),
    path("audit/", views_people.audit_list, name="audit"),
]
