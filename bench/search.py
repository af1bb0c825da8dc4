"""Finding customers by name, pinyin, initials, phone and code among a million (design section 8).

Time: p95 of the queries of one kind, as a list's search asks them, 90 hits at most. Common and rare texts are asked alike: each query is a
piece of a customer drawn at random, and the twenty commonest characters and syllables are asked as well.
Right: 2,000 queries written by rule from customers of the database: a part of the name, its pinyin, its initials, and a part with one slip
(a character that sounds the same, another one, one missing, two swapped; a letter missing, doubled or swapped in the pinyin). A query is
answered when among the first five stands the customer it was made from or another that the same text describes as well.
Also: a customer renamed is found by the new name only, a deleted one by none.

One database is measured in a process of its own: python -m bench.search COUNT.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bench.company_names import customers, data_missing
from bench.filled import databases, fill, measured, prepare, quantiles
from bench.measure import Measure

MOST_MS, ROUNDS, QUERIES, COMMON, HITS, FIRST = 50, 150, 2000, 20, 90, 5


def measures(full: bool) -> Iterator[Measure]:
    """20,000 customers on SQLite; full: 1,000,000 on SQLite and on PostgreSQL."""
    size = 1_000_000 if full else 20_000
    for database, address in databases(full):
        found = measured("bench.search", size, address)
        where = f"{size:,} customers, {database}"
        for kind, (p50, p95, most) in found["times"].items():
            yield Measure(f"{kind}, p95, {where} (half {p50:.1f}, longest {most:.1f})", p95, "ms", MOST_MS)
        for kind, share in found["right"].items():
            yield Measure(f"{kind}: among the first five, {where}{data_missing()}", 100 * share, "%")
        yield Measure(
            f"{QUERIES:,} queries: among the first five, {where}", 100 * found["all"], "%", 99, at_most=False
        )
        yield Measure(f"right after rename and delete, {where}", found["kept up"], "of 4", 4, at_most=False)


# Queries ----------------------------------------------------------------------------------------------


def _piece(text: str, length: int, chance: random.Random) -> str:
    start = chance.randrange(max(1, len(text) - length + 1))
    return text[start : start + length]


def _spoken(name: str, length: int, chance: random.Random) -> tuple[str, ...]:
    """Some syllables of the name as it is read as a whole: 行 in 银行 is hang."""
    from furrow.kit.folding import pinyin_of

    reading = pinyin_of(name)[0]
    start = chance.randrange(max(1, len(reading) - length + 1))
    return reading[start : start + length]


def _kinds() -> dict[str, Callable[[dict[str, Any], random.Random], str]]:
    from furrow.kit.folding import fold

    def pinyin(row: dict[str, Any], chance: random.Random) -> str:
        return "".join(_spoken(row["name"], chance.choice((1, 2, 3, 4)), chance))

    def initials(row: dict[str, Any], chance: random.Random) -> str:
        return "".join(syllable[0] for syllable in _spoken(row["name"], chance.choice((2, 3, 4, 5)), chance))

    def part(length: int) -> Callable[[dict[str, Any], random.Random], str]:
        return lambda row, chance: _piece(fold(row["name"]), length, chance)

    return {
        "1 character": part(1),
        "2 characters": part(2),
        "3 characters": part(3),
        "4 characters": part(4),
        "pinyin": pinyin,
        "initials": initials,
        "phone tail": lambda row, chance: row["phone"][-4:],
    }


def _commonest(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    from furrow.kit.folding import fold, sounds

    names = [fold(row["name"]) for row in rows]
    chars = Counter(char for name in names for char in name)
    pairs = Counter(name[at : at + 2] for name in names for at in range(len(name) - 1))
    syllables: Counter[str] = Counter()
    for char, number in chars.items():
        syllables["".join(sounds(char))] += number
    short: Counter[str] = Counter()
    for pair, number in pairs.items():
        short["".join(syllable[0] for syllable in sounds(pair))] += number
    return {
        kind: [text for text, _number in counted.most_common(COMMON)]
        for kind, counted in {
            "1 character": chars, "2 characters": pairs, "pinyin": syllables, "initials": short,
        }.items()
    }  # fmt: skip


def _slip(row: dict[str, Any], chance: random.Random) -> str:
    """Four to six characters of the name, or the pinyin of three or four, with one slip."""
    from bench.labelled_pairs import slip
    from furrow.kit.folding import fold

    name = fold(row["name"])
    if chance.random() < 0.6:
        return slip(_piece(name, chance.choice((4, 5, 6)), chance), chance)
    typed = "".join(_spoken(row["name"], chance.choice((3, 4)), chance))
    at = chance.randrange(1, len(typed) - 1)
    return chance.choice(
        [
            typed[:at] + typed[at + 1 :],
            typed[:at] + typed[at] + typed[at:],
            typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :],
        ]
    )


def _written(rows: list[dict[str, Any]], chance: random.Random) -> Iterator[tuple[str, str, int]]:
    """(kind, query, row number), long enough to mean somebody: 500 of each kind."""
    from furrow.kit.folding import fold

    for number in range(QUERIES):
        at = chance.randrange(len(rows))
        name = fold(rows[at]["name"])
        match ("part", "pinyin", "initials", "slip")[number % 4]:
            case "part":
                yield "part", _piece(name, chance.choice((2, 3, 4, 5)), chance), at
            case "pinyin":
                yield "pinyin", "".join(_spoken(rows[at]["name"], chance.choice((2, 3, 4)), chance)), at
            case "initials":
                yield (
                    "initials",
                    "".join(
                        syllable[0]
                        for syllable in _spoken(rows[at]["name"], chance.choice((4, 5, 6)), chance)
                    ),
                    at,
                )
            case _:
                yield "slip", _slip(rows[at], chance), at


def _describes(kind: str, query: str, name: str, wanted: str) -> bool:
    """Whether the text describes this name as well as the one it was made from; a slip is judged by the name itself or by a name that
    it is as near to."""
    from furrow.kit.folding import fold, initials, pinyin_of
    from furrow.kit.slips import is_near

    folded = fold(name)
    if folded == fold(wanted) or query in folded:
        return True
    if kind == "pinyin":
        return any(
            "".join(reading[at:]).startswith(query)
            for reading in pinyin_of(name)
            for at in range(len(reading))
        )
    if kind == "initials":
        return any(query in short for short in initials(name))
    return kind == "slip" and is_near(query, folded)


# Measuring --------------------------------------------------------------------------------------------


def main(count: int) -> None:
    """Fill an empty database (one that is filled is taken as it is) and ask."""
    prepare()
    from furrow.customers.models import Customer

    if not Customer.objects.exists():
        fill(customers(count), search=True)
    chance = random.Random(5)
    rows = [row for number, row in enumerate(customers(count)) if number % max(1, count // 20_000) == 0]
    print(json.dumps({"times": _times(rows, chance), **_right(rows, chance), "kept up": _kept_up()}))


def _ask(query: str) -> list[int]:
    from furrow.customers.models import Customer
    from furrow.customers.search import CUSTOMERS

    return CUSTOMERS.match(query, limit=HITS, within=Customer.objects.alive(), slips=True)


def _times(rows: list[dict[str, Any]], chance: random.Random) -> dict[str, tuple[float, float, float]]:
    common = _commonest(rows)
    times = {}
    _ask("武汉")
    for kind, make in _kinds().items():
        texts = [make(chance.choice(rows), chance) for _ in range(ROUNDS)]
        times[kind] = quantiles(list(map(_timed, texts)))
        if kind in common:
            times[f"{kind}, the {COMMON} commonest"] = quantiles(list(map(_timed, common[kind])))
    times["one slip"] = quantiles([_timed(_slip(chance.choice(rows), chance)) for _ in range(ROUNDS)])
    return times


def _timed(query: str) -> float:
    begun = time.perf_counter()
    _ask(query)
    return 1000 * (time.perf_counter() - begun)


def _right(rows: list[dict[str, Any]], chance: random.Random) -> dict[str, Any]:
    from furrow.customers.models import Customer

    answers: dict[str, list[bool]] = {}
    for kind, query, at in _written(rows, chance):
        names = Customer.objects.in_bulk(_ask(query)[:FIRST])
        hit = any(_describes(kind, query, one.name, rows[at]["name"]) for one in names.values())
        answers.setdefault(kind, []).append(hit)
    together = [hit for hits in answers.values() for hit in hits]
    return {
        "right": {kind: sum(hits) / len(hits) for kind, hits in answers.items()},
        "all": sum(together) / len(together),
    }


def _kept_up() -> int:
    """Found by the new name and not by the old, then by none; counted."""
    from furrow.customers.services import change_customer, create_customer, delete_customer

    made = create_customer(by=None, name="鼗鼗鼗鼗通讯")
    changed = change_customer(made, by=None, name="韲韲韲韲数码")
    answers = [made.pk in _ask("韲韲韲韲"), made.pk not in _ask("鼗鼗鼗鼗")]
    delete_customer(changed, by=None)
    return sum([*answers, made.pk not in _ask("韲韲韲韲"), made.pk not in _ask("jijijijishuma")])


if __name__ == "__main__":
    main(int(sys.argv[1]))
