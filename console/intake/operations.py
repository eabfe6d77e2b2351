"""A migration's operation for a table that the action server may have made already."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import CreateModel


class CreateModelUnlessThere(CreateModel):
    """Creates a model's table; one of that name is taken as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the table if there is none."""
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        if table not in schema_editor.connection.introspection.table_names():
            super().database_forwards(app_label, schema_editor, from_state, to_state)
