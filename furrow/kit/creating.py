"""Migrations that create many tables."""

from __future__ import annotations

from itertools import groupby

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreatingMigration(migrations.Migration):
    """Draws its models up once for all tables it creates in a row. Django's own draws every related model up anew for each table: on
    an empty database that takes longer than all else of migrating. What is done to the database is the same.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """As Django's; when SQL is only written down (sqlmigrate) Django's itself."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        for creates, operations in groupby(self.operations, _creates):
            if creates:
                self._create(list(operations), project_state, schema_editor)
            else:
                part = type("Part", (migrations.Migration,), {"operations": list(operations)})
                part(self.name, self.app_label).apply(project_state, schema_editor)
        return project_state

    def _create(
        self, operations: list[Operation], state: ProjectState, schema_editor: BaseDatabaseSchemaEditor
    ) -> None:
        # Without the models drawn up so far a change of state costs nothing.
        state.__dict__.pop("apps", None)
        for operation in operations:
            operation.state_forwards(self.app_label, state)
        for operation in operations:
            operation.database_forwards(self.app_label, schema_editor, state, state)


def _creates(operation: Operation) -> bool:
    return type(operation) is migrations.CreateModel
