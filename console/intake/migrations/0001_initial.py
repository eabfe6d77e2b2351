"""The tables of intake. The action server may have made `crisis_events` before."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from console.intake.operations import CreateModelUnlessThere


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=7, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("conversation", models.TextField(blank=True, db_index=True, default="")),
                ("channel", models.CharField(blank=True, default="", max_length=50)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("for_whom", models.TextField(blank=True, default="")),
                ("relation", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("hopes", models.TextField(blank=True, default="")),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[("either", "Either"), ("online", "Online"), ("in_person", "In Person")],
                        default="",
                        max_length=20,
                    ),
                ),
                ("times", models.TextField(blank=True, default="")),
                ("language", models.TextField(blank=True, default="")),
                ("therapist_gender", models.TextField(blank=True, default="")),
                ("barriers", models.TextField(blank=True, default="")),
                (
                    "contact_method",
                    models.CharField(
                        blank=True, choices=[("phone", "Phone"), ("email", "Email")], default="", max_length=20
                    ),
                ),
                ("phone", models.CharField(blank=True, default="", max_length=20)),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                ("reach_when", models.TextField(blank=True, default="")),
                ("safe_to_leave_message", models.BooleanField(default=None, null=True)),
                ("name", models.TextField(blank=True, default="")),
                ("age_band", models.CharField(blank=True, default="", max_length=40)),
                ("trusted_adult", models.TextField(blank=True, default="")),
                (
                    "urgency",
                    models.CharField(
                        choices=[("routine", "Routine"), ("soon", "Soon"), ("urgent", "Urgent")],
                        default="routine",
                        max_length=20,
                    ),
                ),
                ("summary", models.TextField(blank=True, default="")),
                ("consent_at", models.DateTimeField(blank=True, null=True)),
                ("consent_words", models.TextField(blank=True, default="")),
                ("transcript_attached", models.BooleanField(default=False)),
                ("transcript", models.JSONField(blank=True, default=None, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("contacted", "Contacted"),
                            ("booked", "Booked"),
                            ("waiting", "Waiting"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=20,
                    ),
                ),
                ("closed_reason", models.CharField(blank=True, default="", max_length=40)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("follow_up_on", models.DateField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-urgency", "-created_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("field", models.CharField(max_length=40)),
                ("before", models.TextField(blank=True, default="")),
                ("after", models.TextField(blank=True, default="")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="intake.contactrequest"
                    ),
                ),
            ],
            options={
                "ordering": ("-version", "-id"),
            },
        ),
        CreateModelUnlessThere(
            name="CrisisEvent",
            fields=[
                ("id", models.CharField(max_length=36, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=50)),
                ("raised_at", models.DateTimeField()),
                ("conversation", models.TextField()),
                ("channel", models.CharField(max_length=50)),
                ("country", models.CharField(max_length=2, null=True)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "crisis_events",
                "ordering": ("-raised_at", "id"),
                "indexes": [models.Index(fields=["raised_at"], name="ix_crisis_events_raised_at")],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("acknowledged_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acknowledgement",
                        to="intake.crisisevent",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="intake.contactrequest"
                    ),
                ),
            ],
            options={
                "ordering": ("-written_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="SeenMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seen_marks",
                        to="intake.contactrequest",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(
                models.OrderBy(models.F("urgency"), descending=True),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="intake_by_urgency",
            ),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="intake_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["status", "created_at"], name="intake_by_status"),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["updated_at"], name="intake_by_change"),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["follow_up_on"], name="intake_by_follow_up"),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["phone"], name="intake_by_phone"),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["email"], name="intake_by_email"),
        ),
        migrations.AddConstraint(
            model_name="seenmark",
            constraint=models.UniqueConstraint(fields=("by", "request"), name="intake_one_seen_mark"),
        ),
    ]
