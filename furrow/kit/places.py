"""Regions as a table: what other records point to. Names and look-ups without a database are in `regions`."""

from itertools import chain
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.kit.divisions import all_divisions, counties_and_above
from furrow.kit.regions import region_book

ROWS_AT_ONCE = 1000
_COLUMNS = ("code", "level", "name", "parent_id", "lng", "lat", "pinyin", "full_name")
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s)"
# Three to six times as fast as bulk_create: the first start waits for it.
_LOAD = """INSERT INTO "{table}" ({columns}) VALUES {values}
    ON CONFLICT (code) DO UPDATE SET level = excluded.level, name = excluded.name, parent_id = excluded.parent_id,
    lng = excluded.lng, lat = excluded.lat, pinyin = excluded.pinyin, full_name = excluded.full_name"""


class Level(models.IntegerChoices):
    """How deep a region lies."""

    PROVINCE = 1, _("Province")
    PREFECTURE = 2, pgettext_lazy("region level", "City")
    COUNTY = 3, _("District or county")
    TOWNSHIP = 4, _("Township or subdistrict")


class Region(models.Model):
    """An administrative division by its official code (P1.7). A code begins with its parent's, so the regions below one
    are those whose code starts with it. `lng`/`lat` are the seat's, about ±500 m; townships have none."""

    code = models.CharField(_("Region code"), max_length=9, primary_key=True)
    name = models.CharField(_("Name"), max_length=60)
    level = models.PositiveSmallIntegerField(_("Level"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", db_constraint=False
    )
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    pinyin = models.CharField(max_length=120, blank=True)
    full_name = models.CharField(_("Full name"), max_length=120)

    class Meta:
        app_label = "kit"
        ordering = ["code"]
        verbose_name = _("Region")
        verbose_name_plural = _("Regions")
        indexes = [models.Index(fields=["level", "name"], name="region_level_name")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The full name in the reader's language."""
        return region_book().full_name(self.code, get_language() or "zh-hans") or self.full_name

    @property
    def short_label(self) -> str:
        """Its own name alone in the reader's language."""
        return region_book().name(self.code, get_language() or "zh-hans") or self.name


def load_regions(*, townships: bool = True) -> int:
    """Bring the table to what the data file says, in one transaction, and return the number of regions. Can be repeated."""
    full_names: dict[str, str] = {"": ""}
    rows: list[tuple[Any, ...]] = []
    for division in all_divisions() if townships else counties_and_above():
        above = full_names[division.parent]
        full = above if above.endswith(division.name) else above + division.name
        full_names[division.code] = full
        rows.append((*division[:3], division.parent or None, *division[4:], full))
    with transaction.atomic(), connection.cursor() as cursor:
        there = set(Region.objects.values_list(*_COLUMNS).iterator(chunk_size=ROWS_AT_ONCE))
        missing = [row for row in rows if row not in there]
        for start in range(0, len(missing), ROWS_AT_ONCE):
            some = missing[start : start + ROWS_AT_ONCE]
            sql = _LOAD.format(
                table=Region._meta.db_table, columns=", ".join(_COLUMNS), values=", ".join([_ROW] * len(some))
            )
            cursor.execute(sql, list(chain.from_iterable(some)))
    return len(rows)
