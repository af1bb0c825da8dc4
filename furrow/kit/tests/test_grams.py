from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from furrow.kit.grams import CreateTextIndex, TextIndex
from furrow.kit.tokens import IndexedText
from furrow.kit.ways import ways

pytestmark = pytest.mark.django_db
INDEX = TextIndex("kit_test_search")
ROWS = {
    1: IndexedText(("武汉顺达通讯商行", "顺达"), ("027-8765 4321", "13812345678"), ("C000123",)),
    2: IndexedText(("顺达通讯",), ("+86 139 0000 6789",), ("24754-238132",)),
    3: IndexedText(("重庆火锅店",)),
    4: IndexedText(("KFC肯德基（光谷）",)),
    5: IndexedText(("上海海上花",)),
    6: IndexedText(("汉口武昌超市",)),
    7: IndexedText(("吕氏绿茶",)),
    8: IndexedText(("Starbucks Reserve",)),
    9: IndexedText(("武汉市江汉区解放大道顺达通讯数码专卖店",)),
}


@pytest.fixture(autouse=True)
def table() -> None:
    with connection.cursor() as cursor:
        for sql in INDEX.create_sql(connection.vendor):
            cursor.execute(sql)
    INDEX.put(ROWS.items())


def found(query: str, limit: int = 20) -> list[int]:
    return INDEX.match(query, limit=limit)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("顺达通讯", [2, 1, 9]),  # whole name before part, short before long
        ("顺", [1, 2, 9]),  # 1 by its short name, which starts so
        ("順達", [1, 2, 9]),
        ("武汉", [1, 9]),  # not 6, where both characters stand apart
        ("海上海", []),  # pairs 海上 and 上海 stand in 5, the query does not
        ("上海海上", [5]),
        ("wuhan", [1, 9]),
        ("Wu Han", [1, 9, 6]),  # and 6, by both words apart
        ("hanshunda", [1]),
        ("wuhanshundatongxun", [1]),
        ("uhan", []),
        ("chongqing", [3]),
        ("cqhgd", [3]),
        ("whsd", [1]),
        ("whsdtxsh", [1]),
        ("whsdtxsx", []),
        ("lvcha", [7]),
        ("lücha", [7]),
        ("kfc", [4]),
        ("kfcken", [4]),
        ("reserve", [8]),
        ("s", [8, 1, 2, 5]),
        ("678", [1]),
        ("6789", [2]),
        ("5678", [1]),
        ("13900006789", [2]),
        ("8613900006789", [2]),
        ("78", []),
        ("C000123", [1]),
        ("c0001", [1]),
        ("238132", [2]),
        ("武汉 商行", [1]),
        ("wuhan 数码", [9]),
        ("武汉 火锅", []),
    ],
)
def test_found_by(query: str, ids: list[int]) -> None:
    got = found(query)
    assert sorted(got) == sorted(ids)
    if query in ("顺达通讯", "武汉"):
        assert got == ids


def test_limit_keeps_the_best() -> None:
    assert found("顺达通讯", limit=1) == [2]
    assert found("顺达通讯", limit=0) == []


def test_rename_and_delete_are_seen_at_once() -> None:
    INDEX.put([(2, IndexedText(("光明眼镜",)))])
    assert found("顺达通讯") == [1, 9]
    assert found("6789") == []
    assert found("guangming") == [2]
    INDEX.remove([2, 999])
    assert found("光明") == []


def test_goes_back_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        INDEX.put([(10, IndexedText(("回滚商店",)))])
        assert found("回滚") == [10]
        raise RuntimeError
    assert found("回滚") == []


def test_within_keeps_to_reach() -> None:
    first, second = (
        ContentType.objects.create(app_label="a", model="one"),
        ContentType.objects.create(app_label="b", model="two"),
    )
    INDEX.put([(first.pk, IndexedText(("边界测试",))), (second.pk, IndexedText(("边界测试",)))])
    rows = ContentType.objects.order_by("model")
    assert INDEX.match("边界", limit=9, within=rows.filter(app_label="b")) == [second.pk]
    assert INDEX.match("bjcs", limit=1, within=rows.filter(app_label__in=["a", "b"])) == [first.pk]
    assert INDEX.match("边界", limit=9, within=ContentType.objects.none()) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "'",
        '"',
        '" OR 1=1 --',
        "NEAR(武汉)",
        "武*汉",
        "顺达%",
        "_",
        "\x00",
        "😀",
        "\ud800",
        "-武",
        "a:b",
        "\\'",
        "&|!():*",
        "^武汉",
        "¬武汉",
    ],
)
def test_operators_are_text(query: str) -> None:
    assert set(found(query)) <= {1, 2, 6, 9}


def test_a_very_long_query_is_answered() -> None:
    assert found("武汉" * 5000) == []
    assert found("wuhan" * 2000) == []
    assert found("武 " * 5000) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_any_text_is_a_query(query: str) -> None:
    assert set(found(query)) <= set(ROWS)


def test_a_name_without_letters_can_be_stored() -> None:
    INDEX.put([(11, IndexedText(("！！！", ""), ("",), ("-",)))])
    assert 11 not in found("！")


def test_no_table_but_its_own() -> None:
    with pytest.raises(ValueError):
        TextIndex('x"; DROP TABLE y; --')
    assert ways("！") == []


def test_migration_step_makes_and_drops_the_table() -> None:
    step = CreateTextIndex("kit_test_other")
    with connection.cursor() as cursor:
        editor: Any = SimpleNamespace(connection=connection, execute=cursor.execute)
        state: Any = None
        step.database_forwards("kit", editor, state, state)
        TextIndex("kit_test_other").put([(1, IndexedText(("武汉",)))])
        step.database_backwards("kit", editor, state, state)
    assert "kit_test_other" not in connection.introspection.table_names()


@pytest.mark.parametrize(
    ("query", "best"),
    [("顺大通讯", 2), ("顺发通讯", 2), ("达顺通讯", 2), ("shnda", 2), ("chongqng", 3), ("恒发家电", None)],
)
def test_one_slip_is_forgiven_where_asked(query: str, best: int | None) -> None:
    assert found(query) == []
    near = INDEX.match(query, limit=5, slips=True)
    assert near[:1] == ([] if best is None else [best])


@pytest.mark.parametrize("query", ["有线公司", "youxiangongis"])
def test_a_slip_in_what_most_rows_hold_is_found_within_a_small_reach(
    query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first rows say that the text is common, but those in reach lie behind them: then the index is asked."""
    from furrow.kit import grams

    monkeypatch.setattr(grams, "_EARLY_SLIPS", 50)
    INDEX.put((1000 + number, IndexedText((f"甲乙{number}有限公司",))) for number in range(120))
    model = ContentType
    things = model.objects.bulk_create(model(pk=pk, app_label="x", model=str(pk)) for pk in (1003, 1118))
    assert INDEX.match(query, limit=5, within=model.objects.filter(pk=things[1].pk), slips=True) == [1118]
    assert INDEX.match(query, limit=1, within=model.objects.filter(app_label="x"), slips=True) == [1003]
    assert len(INDEX.match(query, limit=90, slips=True)) == 30


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no entries waiting")
def test_rows_added_leave_no_entries_waiting() -> None:
    clean = f"SELECT gin_clean_pending_list('{INDEX.table}_grams'::regclass)"
    with connection.cursor() as cursor:
        cursor.execute(clean)
        INDEX.put([(100, IndexedText(("悦鸣",)))])
        cursor.execute(clean)
        assert cursor.fetchone()[0] > 0  # after single rows some may wait
        INDEX.add([(101, IndexedText(("远帆",)))])
        cursor.execute(clean)
        assert cursor.fetchone()[0] == 0
