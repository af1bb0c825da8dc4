"""Reads over the catalog: products by what people write, names while typing, brands and varieties with their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.urls import reverse

from furrow.catalog.models import Brand, Product, Variety
from furrow.catalog.rules import barcode_key, title_key
from furrow.catalog.search import PRODUCTS
from furrow.kit.folding import fold
from furrow.kit.rows import Among
from furrow.kit.shell import PaletteItem
from furrow.team.access import may
from furrow.team.models import User

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Named:
    """A brand or variety and how many living products it has; of a variety with all below it."""

    thing: Brand | Variety
    products: int


def brands() -> list[Named]:
    """All brands by name."""
    living = models.Count("products", filter=models.Q(products__deleted_at=None))
    return [Named(brand, brand.n) for brand in Brand.objects.annotate(n=living)]


def varieties() -> list[Named]:
    """The variety tree, each node before what is below it."""
    living = models.Count("products", filter=models.Q(products__deleted_at=None))
    nodes = list(Variety.objects.annotate(n=living).order_by("path_key"))
    return [
        Named(node, sum(other.n for other in nodes if f"{other.path} / ".startswith(f"{node.path} / ")))
        for node in nodes
    ]


def suggestions(text: str, user: User, *, kind: str = "") -> list[Product]:
    """The products a half-written name, pinyin, code or barcode most probably means."""
    rows = Product.objects.visible_to(user)
    if kind:
        rows = rows.filter(kind=kind)
    ids = PRODUCTS.match(text[:100], limit=SUGGESTED, within=rows)
    found = rows.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def products_written(texts: Iterable[str], user: User) -> dict[str, Product]:
    """Text -> the living product it names exactly: by code, by barcode, else by title. Constant number of queries."""
    wanted = {text for text in texts if text}
    bars = {text: barcode_key(text) for text in wanted if text.isascii() and text.isdigit()}
    titles = {text: title_key(text) for text in wanted}
    codes = _by("code", wanted, user)
    by_bar = _by("barcode_key", set(bars.values()), user)
    by_title = _by("title_key", set(titles.values()) - {""}, user)
    found = {
        text: codes.get(text) or by_bar.get(bars.get(text, "")) or by_title.get(titles[text])
        for text in wanted
    }
    return {text: product for text, product in found.items() if product}


def _by(column: str, values: set[str], user: User) -> dict[str, Product]:
    rows = Product.objects.visible_to(user).filter(Among(models.F(column), values)) if values else []
    return {getattr(product, column): product for product in rows}


def palette(user: User, text: str, limit: int) -> list[PaletteItem]:
    """Products for Ctrl-K."""
    if not may(user, "catalog.view") or not fold(text):
        return []
    rows = Product.objects.visible_to(user)
    ids = PRODUCTS.match(text, limit=limit, within=rows)
    found = rows.in_bulk(ids)
    return [
        PaletteItem(found[pk].title, reverse("products:page", args=[pk]), sub=found[pk].code, icon="package")
        for pk in ids
        if pk in found
    ]
