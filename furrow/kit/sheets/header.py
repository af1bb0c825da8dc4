"""Finding the header row of a list and matching its columns to fields."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from furrow.kit.folding import fold
from furrow.kit.sheets.cells import Cell, column_letter

SCAN_ROWS = 60
LONGEST_HEADER = 40
SURE_ENOUGH = 0.75

_BRACKETS = re.compile(r"[(（\[【<《][^()（）\[\]【】<>《》]*[)）\]】>》]")
_MARKS = re.compile(
    r"[*＊※★]|[(（\[【]?\s*(?:非必填项?|必填项?|选填项?|可不填|required|optional)\s*[)）\]】]?", re.IGNORECASE
)
_GAP_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff(（])")
_GAPS = re.compile(r"\s+")
_FIGURES = re.compile(r"[\d０-９\s.,:/%¥￥+\-年月日]+")

Known = Callable[[str], str | None] | Collection[str]


@dataclass(frozen=True)
class HeaderGuess:
    """The header found. `names` has one name per column, each different and none empty.

    row_index: 0-based row of the header (the lower one of a two-row header), None when the list has no header.
    data_row: 0-based row where the data begins.
    """

    row_index: int | None
    names: tuple[str, ...]
    data_row: int


@dataclass(frozen=True)
class FieldWords:
    """A field and the words, in any language, by which headers call it; the most usual first."""

    name: str
    words: Sequence[str]


@dataclass(frozen=True)
class ColumnMatch:
    """Column `column` (index into the headers) holds field `field`; 1.0 is the very word, less is a likeness."""

    column: int
    field: str
    confidence: float


def fold_header(text: str) -> str:
    """A header as it is compared: without bracketed notes, marks, gaps, width, case and traditional forms."""
    bare = fold(_MARKS.sub("", _BRACKETS.sub("", text)))
    return bare or fold(_MARKS.sub("", text))


def header_name(text: str) -> str:
    """A header as it is shown: one line, without stars and "required" marks, gaps inside Chinese words closed."""
    name = _GAPS.sub(" ", _MARKS.sub(" ", text)).strip().rstrip(":：").rstrip()
    return _GAP_IN_CHINESE.sub("", name)[: LONGEST_HEADER * 2]


def find_header(
    rows: Sequence[Sequence[Cell]], known: Known = (), columns: Sequence[int] | None = None
) -> HeaderGuess:
    """Find the header in the first rows of a list, below titles, instructions and blank rows.

    A row with the most known words wins (two at least, or half of its cells); otherwise the first row of short texts
    that is about as wide as the list. `known` is a set of folded words or a function from folded header to field.
    `columns`: the positions in the file, for naming columns without a header ("Column F").
    """
    rows = rows[:SCAN_ROWS]
    is_known = _known_test(known)
    row_index = _by_words(rows, is_known)
    if row_index is None:
        row_index = _by_shape(rows)
    if row_index is None:
        first = next((number for number, row in enumerate(rows) if _filled(row)), 0)
        return HeaderGuess(None, _names([], rows, columns), first)
    top, row_index = _with_group_row(rows, row_index, is_known)
    labels = [_text(cell) for cell in rows[row_index]]
    if top is not None:
        labels = _joined(rows[top], rows[row_index])
    return HeaderGuess(row_index, _names(labels, rows[row_index + 1 :], columns), row_index + 1)


def _known_test(known: Known) -> Callable[[str], bool]:
    if callable(known):
        return lambda word: known(word) is not None
    words = frozenset(known)
    return words.__contains__


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _filled(row: Sequence[Cell]) -> int:
    return len(row) - sum(1 for cell in row if cell == "")


def _hits(row: Sequence[Cell], is_known: Callable[[str], bool]) -> int:
    return sum(
        1
        for cell in row
        if isinstance(cell, str) and cell and len(cell) <= 4 * LONGEST_HEADER and is_known(fold_header(cell))
    )


def _by_words(rows: Sequence[Sequence[Cell]], is_known: Callable[[str], bool]) -> int | None:
    best, best_hits = None, 0
    for number, row in enumerate(rows):
        hits = _hits(row, is_known)
        if hits > best_hits and (hits >= 2 or hits * 2 >= _filled(row)):
            best, best_hits = number, hits
    return best


def _by_shape(rows: Sequence[Sequence[Cell]]) -> int | None:
    widest = max((_filled(row) for row in rows), default=0)
    for number, row in enumerate(rows):
        filled = _filled(row)
        if filled and filled * 2 >= widest:
            return number if _looks_like_labels(row) else None
    return None


def _looks_like_labels(row: Sequence[Cell]) -> bool:
    """Short texts, hardly any of them a figure or repeated."""
    cells = [cell for cell in row if cell != ""]
    labels = {
        cell
        for cell in cells
        if isinstance(cell, str)
        and len(_BRACKETS.sub("", cell)) <= LONGEST_HEADER
        and not _FIGURES.fullmatch(cell)
    }
    return bool(cells) and len(labels) * 5 >= len(cells) * 4


def _with_group_row(
    rows: Sequence[Sequence[Cell]], found: int, is_known: Callable[[str], bool]
) -> tuple[int | None, int]:
    """(group row or None, header row): a header of two rows where the upper one groups columns by merged cells."""
    for top in (found - 1, found):
        if top < 0 or top + 1 >= len(rows):
            continue
        upper, lower = rows[top], rows[top + 1]
        if _filled(upper) > 1 and _is_group_row(upper, lower, is_known):
            return top, top + 1
    return None, found


def _is_group_row(upper: Sequence[Cell], lower: Sequence[Cell], is_known: Callable[[str], bool]) -> bool:
    pairs = list(zip(upper, lower, strict=False))
    if any(isinstance(cell, float | int | date | time | timedelta) for pair in pairs for cell in pair):
        return False
    spans = any(
        upper[index] != "" and upper[index + 1] == "" and lower[index] != "" and lower[index + 1] != ""
        for index in range(min(len(upper), len(lower)) - 1)
    )
    merged_down = any(above != "" and above == below for above, below in pairs)
    return spans and (merged_down or _hits(lower, is_known) > 0) and _looks_like_labels(lower)


def _joined(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[str]:
    """Upper and lower label together; an upper label reaches over the blanks to its right while the lower has text."""
    labels = []
    group = ""
    for above, below in zip(upper, lower, strict=False):
        head, label = header_name(_text(above)), header_name(_text(below))
        if head:
            group = head
        elif not label:
            group = ""
        if not label or group == label:
            labels.append(head)
        else:
            labels.append(_GAP_IN_CHINESE.sub("", f"{group} {label}".strip()))
    return labels


def _names(
    labels: Sequence[str], data: Sequence[Sequence[Cell]], columns: Sequence[int] | None
) -> tuple[str, ...]:
    """Shown names: columns without a label by letter, repeated labels numbered, empty columns at the end left off."""
    width = max((len(row) for row in data), default=0)
    while width and all(len(row) < width or row[width - 1] == "" for row in data):
        width -= 1
    cleaned = [header_name(label) for label in labels]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    names: list[str] = []
    taken: set[str] = set()
    for index in range(max(width, len(cleaned))):
        label = cleaned[index] if index < len(cleaned) else ""
        position = columns[index] if columns else index
        base = label or _("Column %(letter)s") % {"letter": column_letter(position)}
        name, number = base, 2
        while name in taken:
            name, number = f"{base} {number}", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def match_columns(headers: Sequence[str], fields: Sequence[FieldWords]) -> list[ColumnMatch]:
    """Match headers to fields, each at most once, by column order.

    The very word first, then words contained in one another (a Chinese head noun stands at the end: 客户电话 is a
    电话, 电话备注 is not), then likeness. Same input, same answer; ties go to the earlier column, then the earlier field.
    """
    words = [[word for word in (fold_header(text) for text in field.words) if word] for field in fields]
    candidates = []
    for column, header in enumerate(headers):
        folded = fold_header(header)
        for order, field_words in enumerate(words):
            confidence = max((_likeness(folded, word) for word in field_words), default=0.0)
            if confidence >= SURE_ENOUGH:
                candidates.append((-confidence, column, order))
    matches: dict[int, ColumnMatch] = {}
    used: set[int] = set()
    for negative, column, order in sorted(candidates):
        if column not in matches and order not in used:
            used.add(order)
            matches[column] = ColumnMatch(column, fields[order].name, round(-negative, 3))
    return [matches[column] for column in sorted(matches)]


def _likeness(header: str, word: str) -> float:
    if not header:
        return 0.0
    if header == word:
        return 1.0
    short, long = sorted((header, word), key=len)
    if len(short) >= (4 if short.isascii() else 2) and short in long:
        contained = 0.6 + 0.35 * len(short) / len(long)
        if long.endswith(short):
            return contained
        return contained * 0.88
    if len(short) >= 4 and len(long) - len(short) <= 3:
        ratio = SequenceMatcher(None, header, word, autojunk=False).ratio()
        return ratio * 0.95 if ratio >= 0.8 else 0.0
    return 0.0
