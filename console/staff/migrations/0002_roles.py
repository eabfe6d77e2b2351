"""The roles, as groups."""

from typing import Any

from django.db import migrations

ROLES = ("intake", "content", "administrator")


def add_roles(apps: Any, schema_editor: Any) -> None:
    """Add the groups that are not there."""
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    """Adds the three groups; they stay when it is taken back."""

    dependencies = [("staff", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(add_roles, migrations.RunPython.noop)]
