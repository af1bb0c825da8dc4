"""Regions as a table: what other records point to. Names and look-ups without a database are in `regions`."""

from django.db import models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from furrow.kit.divisions import all_divisions, counties_and_above
from furrow.kit.regions import region_book

ROWS_AT_ONCE = 2000


class Level(models.IntegerChoices):
    """How deep a region lies."""

    PROVINCE = 1, _("Province")
    PREFECTURE = 2, _("City")
    COUNTY = 3, _("District or county")
    TOWNSHIP = 4, _("Township or subdistrict")


class Region(models.Model):
    """An administrative division by its official code (P1.7). A code begins with its parent's, so the regions below one
    are those whose code starts with it. `lng`/`lat` are the seat's, about ±500 m; townships have none."""

    code = models.CharField(_("Code"), max_length=9, primary_key=True)
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


def load_regions(*, townships: bool = True) -> int:
    """Bring the table to what the data file says, in one transaction, and return the number of regions. Can be repeated."""
    full_names: dict[str, str] = {"": ""}
    rows: list[Region] = []
    for division in all_divisions() if townships else counties_and_above():
        above = full_names[division.parent]
        full_names[division.code] = above if above.endswith(division.name) else above + division.name
        values = division._asdict() | {"parent": None, "full_name": full_names[division.code]}
        rows.append(Region(**{**values, "parent_id": division.parent or None}))
    changed = ["name", "level", "parent", "lng", "lat", "pinyin", "full_name"]
    with transaction.atomic():
        Region.objects.bulk_create(
            rows,
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=changed,
        )
    return len(rows)
