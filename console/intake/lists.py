"""Which requests the inbox shows, and in what order."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

import django_filters
import phonenumbers
from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from assistant.content.console import load_console
from console.intake.models import OPEN_REQUESTS, ContactRequest, Note, SeenMark, Status, Urgency
from console.intake.reference import as_reference
from console.staff.roles import INTAKE

PAGE = 50
MOST_FOUND = 1000  # of a search; who finds more types another word
AGES = {"day": timedelta(days=1), "days3": timedelta(days=3), "week": timedelta(days=7)}
# Each order as pairs of a field and whether it goes down; the last one makes it definite.
ORDERS = {
    "urgent": (("urgency", True), ("created_at", True), ("id", True)),
    "newest": (("created_at", True), ("id", True)),
    "oldest": (("created_at", False), ("id", False)),
}
SEARCHED = ("name", "email", "summary")  # the summary holds what was told, word for word
LONGEST_SEARCH = 100
FILTERS = ("status", "urgency", "age", "assigned", "show")
ME, NOBODY = "me", "nobody"
# Taken back before anybody had begun to work on it: nothing to do for anyone.
NEVER_BEGUN = Q(withdrawn_at__isnull=False, status=Status.NEW, assigned_to=None, follow_up_on=None) & ~Exists(
    Note.objects.filter(request=OuterRef("pk"), written_at__lt=OuterRef("withdrawn_at"))
)


def _names(table: str) -> list[tuple[str, str]]:
    return list(load_console()["names"][table].items())


def _staff() -> list[tuple[str, str]]:
    people = get_user_model().objects.filter(groups__name=INTAKE, is_active=True).order_by("first_name", "username")
    return [*_names("assigned"), *((str(user.pk), user.get_full_name() or user.get_username()) for user in people)]


class RequestFilter(django_filters.FilterSet):
    """The filters of the inbox, as they stand in its address."""

    status = django_filters.ChoiceFilter(choices=lambda: _names("status_filter"), method="by_status")
    urgency = django_filters.ChoiceFilter(
        choices=lambda: [(value, _names_of("urgency")[value]) for value in _urgent_first()]
    )
    age = django_filters.ChoiceFilter(choices=lambda: _names("age"), method="by_age")
    assigned = django_filters.ChoiceFilter(choices=_staff, method="by_assigned")
    show = django_filters.ChoiceFilter(choices=lambda: _names("show"), method="by_show")
    q = django_filters.CharFilter(method="by_words", max_length=LONGEST_SEARCH)

    class Meta:
        """The table."""

        model = ContactRequest
        fields = ()

    def by_status(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those with a status; `all` keeps all, `withdrawn` those taken back."""
        if value == "all":
            return found
        if value == "withdrawn":
            return found.filter(withdrawn_at__isnull=False)
        return found.filter(~NEVER_BEGUN, status=value)

    def by_age(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those that are older, or not older, than a time."""
        side, _, span = value.partition("_")
        limit = timezone.now() - AGES[span]
        return found.filter(created_at__lt=limit) if side == "over" else found.filter(created_at__gte=limit)

    def by_assigned(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those of a member of staff, of oneself, or of nobody."""
        if value == NOBODY:
            return found.filter(assigned_to=None)
        return found.filter(assigned_to=self.request.user if value == ME else int(value))

    def by_show(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those that changed since one looked, or whose follow-up is due."""
        if value == "due":
            return found.filter(follow_up_on__lte=timezone.localdate(), withdrawn_at=None)
        seen = SeenMark.objects.filter(request=OuterRef("pk"), by=self.request.user, version=OuterRef("version"))
        return found.filter(~Exists(seen))

    def by_words(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those with the reference or phone number typed, or else with every word of it."""
        reference = as_reference(value)
        if reference and found.filter(reference=reference).exists():
            return found.filter(reference=reference)
        digits = _digits(value)
        if digits:
            return found.filter(phone__contains=digits)
        for word in value.split():
            found = found.filter(reduce(or_, (_holds(field, word) for field in SEARCHED)))
        return found

    @property
    def qs(self) -> QuerySet:
        """What passes; an address with a filter that is not there passes nothing, rather than everything."""
        return super().qs if self.form.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Apply the filters; without a status, and without a search, only open requests are shown."""
        found = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("status") and not self.form.cleaned_data.get("q"):
            found = found.filter(OPEN_REQUESTS, ~NEVER_BEGUN)
        return found


def _names_of(table: str) -> dict[str, str]:
    return load_console()["names"][table]


def _urgent_first() -> list[str]:
    return [Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE]


def _holds(field: str, word: str) -> Q:
    """Return the condition that a word is in a field, in upper or lower case."""
    if connection.vendor == "postgresql":
        # `icontains` would be UPPER(…) there, which takes twice as long and tells the planner nothing.
        return Q(**{f"{field}__iregex": re.escape(word)})
    return Q(**{f"{field}__icontains": word})


def _digits(text: str) -> str:
    """Return what a typed phone number has in common with one stored in E.164, or nothing if it is not one."""
    if sum(letter.isdigit() for letter in text) < 4 or any(letter.isalpha() for letter in text):
        return ""
    number = "".join(phonenumbers.normalize_digits_only(text))
    return number.lstrip("0")  # 087 123 4567 is stored as +353871234567


def ordered(found: QuerySet, order: str) -> QuerySet:
    """Return the requests in an order of `ORDERS`."""
    return found.order_by(*(F(name).desc() if down else F(name).asc() for name, down in ORDERS[order]))


def order_of(query: QueryDict) -> str:
    """Return the order asked for; most urgent first, unless told."""
    asked = query.get("order", "")
    return asked if asked in ORDERS else "urgent"


def neighbours(found: QuerySet, order: str, item: ContactRequest) -> tuple[Any, Any]:
    """Return the ids before and after a request in a list, or `None` where there is none."""
    return _next(found, ORDERS[order], item, back=True), _next(found, ORDERS[order], item, back=False)


def _next(found: QuerySet, fields: tuple[tuple[str, bool], ...], item: ContactRequest, back: bool) -> Any:
    beyond, same = Q(pk__in=()), Q()
    for name, down in fields:
        side = "lt" if down != back else "gt"
        beyond |= same & Q(**{f"{name}__{side}": getattr(item, name)})
        same &= Q(**{name: getattr(item, name)})
    order = (F(name).desc() if down != back else F(name).asc() for name, down in fields)
    return found.filter(beyond).order_by(*order).values_list("pk", flat=True).first()


def page_of(found: RequestFilter, order: str, number: str | None) -> Page:
    """Return a page of the list; a number that is not there leads to the page nearest to it.

    First only keys are looked for, then the page's rows. A search is looked through once, up to `MOST_FOUND`, and not
    for the count and for the page each.
    """
    keys: Any = ordered(found.qs, order).values_list("pk", flat=True)
    if found.form.cleaned_data.get("q"):
        keys = list(keys[:MOST_FOUND])
    page = Paginator(keys, PAGE).get_page(number)
    wanted = list(page.object_list)
    by_key = found.queryset.in_bulk(wanted)
    page.object_list = [by_key[key] for key in wanted if key in by_key]
    return page


def filter_choices(found: RequestFilter, order: str) -> list[dict[str, Any]]:
    """Return the filters as the page shows them: each with its name, its choices and the one chosen; the order last."""
    words = load_console()
    shown = [
        {
            "name": name,
            "label": words["fields"][name],
            "choices": [(value, text) for value, text in found.form.fields[name].choices if value],
            "chosen": found.form.data.get(name, ""),
        }
        for name in FILTERS
    ]
    return [*shown, {"name": "order", "label": words["fields"]["order"], "choices": _names("order"), "chosen": order}]
