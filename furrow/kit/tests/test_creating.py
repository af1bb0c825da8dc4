"""Migrations that create many tables do what Django's do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from furrow.kit.creating import CreatingMigration

KEY = ("id", models.BigAutoField(primary_key=True))


def _table(name: str, *fields: tuple[str, Any], **options: Any) -> migrations.CreateModel:
    return migrations.CreateModel(name=name, fields=[KEY, *fields], options=options)


def _to(model: str, **given: Any) -> Any:
    return models.ForeignKey(model, models.CASCADE, **given)


def _operations(seen: list[object]) -> list[Any]:
    def look(apps: Any, schema_editor: object) -> None:
        shop, order = apps.get_model("small", "Shop"), apps.get_model("small", "Order")
        seen.append((order._meta.get_field("shop").related_model is shop, hasattr(shop, "orders")))

    return [
        _table("Shop", ("name", models.CharField(max_length=9)), ("head", _to("small.Shop", null=True))),
        _table(
            "Order",
            ("shop", _to("small.Shop", related_name="orders")),
            ("others", models.ManyToManyField("small.Shop")),
            indexes=[models.Index(fields=["shop", "id"], name="small_order")],
        ),
        migrations.AddField("Shop", "first", _to("small.Order", null=True)),
        migrations.RunPython(look),
        _table("Line", ("order", _to("small.Order"))),
    ]


def _applied(base: type[migrations.Migration]) -> tuple[list[str], dict[Any, Any], list[object]]:
    """(SQL, models afterwards, what its Python saw)."""
    seen: list[object] = []
    migration = base("0001_initial", "small")
    migration.operations.extend(_operations(seen))
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []
    state = migration.apply(ProjectState(), editor)
    sql = [*editor.collected_sql, *map(str, editor.deferred_sql)]
    return sql, {key: model.fields.keys() for key, model in state.models.items()}, seen


@pytest.mark.django_db
def test_tables_columns_and_state_are_those_of_djangos_migrations() -> None:
    sql, state, seen = _applied(CreatingMigration)
    assert sql and (sql, state, seen) == _applied(migrations.Migration)
    assert seen == [(True, True)]


@pytest.mark.django_db
def test_models_are_drawn_up_once_for_the_tables_of_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    render = migrations.state.ModelState.render
    monkeypatch.setattr(
        migrations.state.ModelState,
        "render",
        lambda self, apps: drawn.append(self.name) or render(self, apps),
    )
    _applied(CreatingMigration)
    own, drawn[:] = list(drawn), []
    _applied(migrations.Migration)
    assert own.count("Shop") < drawn.count("Shop")
