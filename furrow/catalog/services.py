"""Every change of products, brands, varieties and list prices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.catalog import search
from furrow.catalog.models import Brand, Currency, ListPrice, Product, Variety
from furrow.catalog.rules import VARIETY_DEPTH, barcode_key, title_key, title_of, variety_names
from furrow.kit import audit
from furrow.kit.folding import fold
from furrow.kit.rows import new_ids
from furrow.team.models import User

FIELDS = (
    "code", "barcode", "brand", "variety", "name", "specification", "unit", "pack_unit", "pack_size", "kind", "status", "note",
)  # fmt: skip
PRICE_FIELDS = ("price", "currency", "valid_from")


class ChangedElsewhere(ValidationError):
    """The product changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Not saved: someone changed this product meanwhile. Load the page again, then repeat your change."
            )
        )


# Products ---------------------------------------------------------------------------------------


@transaction.atomic
def create_product(*, by: User | None, **values: Any) -> Product:
    """A new product. `brand` and `variety` are names and made when they are new; without a code the next free one; `price`,
    `currency`, `valid_from` are its first list price. Raises ValidationError for a code, barcode or name in use."""
    price = {name: values.pop(name, None) for name in PRICE_FIELDS}
    values = _with_relations(values, by)
    product = Product(pk=new_ids(Product, 1)[0], **values)
    product.code = product.code or _free_code(product.pk)
    _derive(product)
    _refuse_duplicates(product)
    product.save(force_insert=True)
    search.put(product)
    made = {
        name: value for name, value in audit.values_of(product, FIELDS).items() if value not in ("", None)
    }
    audit.record(product, "create", by=by, changes=audit.changes_between({}, made))
    if price["price"] is not None:
        _set_price(product, by, **price)
    return product


@transaction.atomic
def change_product(
    product: Product, *, by: User | None, version: int | None = None, **values: Any
) -> Product:
    """Change fields of a product and, with `price`, its list price. With `version`, raises ChangedElsewhere unless it is current."""
    locked = _locked(product)
    if version is not None and version != locked.version:
        raise ChangedElsewhere
    price = {name: values.pop(name) for name in PRICE_FIELDS if name in values}
    before = audit.values_of(locked, FIELDS)
    values = _with_relations(values, by)
    if not values.get("code"):
        values.pop("code", None)
    for name, value in values.items():
        setattr(locked, name, value)
    _derive(locked)
    changes = audit.changes_between(before, audit.values_of(locked, FIELDS))
    if changes:
        _refuse_duplicates(locked)
        _touch(locked)
        search.put(locked)
        audit.record(locked, "change", by=by, changes=changes)
    if price.get("price") is not None:
        _set_price(locked, by, **price)
    return locked


@transaction.atomic
def delete_product(product: Product, *, by: User | None) -> None:
    """Delete softly: out of lists, search and new entries; what the books hold of it stays. Back with restore_product."""
    locked = _locked(product)
    locked.deleted_at = timezone.now()
    _touch(locked)
    search.PRODUCTS.remove([locked.pk])
    audit.record(locked, "delete", by=by)


@transaction.atomic
def restore_product(product: Product, *, by: User | None) -> Product:
    """Take a deletion back. Raises ValidationError when its barcode or name was given to another one meanwhile."""
    locked = Product.objects.select_for_update().get(pk=product.pk)
    if locked.deleted_at is not None:
        locked.deleted_at = None
        _refuse_duplicates(locked)
        _touch(locked)
        search.put(locked)
        audit.record(locked, "restore", by=by)
    return locked


def _locked(product: Product) -> Product:
    found = Product.objects.alive().select_for_update().filter(pk=product.pk).first()
    if found is None:
        raise ChangedElsewhere
    return found


def _touch(product: Product) -> None:
    product.version += 1
    product.updated_at = timezone.now()
    product.save()


def _free_code(pk: int) -> str:
    """P-000012 for the id 12; with a letter behind it when somebody brought that code along."""
    code = f"P-{pk:06d}"
    taken = set(Product.objects.filter(code__startswith=code).values_list("code", flat=True))
    return next(one for one in (code, *(f"{code}{letter}" for letter in "ABCDEFGHJK")) if one not in taken)


def _with_relations(values: dict[str, Any], by: User | None) -> dict[str, Any]:
    values = dict(values)
    if isinstance(values.get("brand"), str):
        values["brand"] = brand_named(values["brand"], by=by)
    if isinstance(values.get("variety"), str):
        values["variety"] = variety_at(values["variety"], by=by)
    return values


def _derive(product: Product) -> None:
    product.title = title_of(product.brand.name, product.name, product.specification)
    product.title_key = title_key(product.title)
    product.barcode_key = barcode_key(product.barcode)


def _refuse_duplicates(product: Product) -> None:
    others = Product.objects.exclude(pk=product.pk)
    if others.filter(code=product.code).exists():
        raise ValidationError({"code": _("Another product has this code")})
    alive = others.filter(deleted_at=None)
    if product.barcode_key and (same := alive.filter(barcode_key=product.barcode_key).first()):
        raise ValidationError({"barcode": _("“%(product)s” has this barcode already") % {"product": same}})
    if same := alive.filter(title_key=product.title_key).first():
        raise ValidationError(
            {
                "name": _("“%(product)s” is in the catalog already. Tell them apart by the specification.")
                % {"product": same}
            }
        )


# List prices ------------------------------------------------------------------------------------


def _set_price(
    product: Product,
    by: User | None,
    price: Decimal,
    currency: str | None = None,
    valid_from: date | None = None,
) -> None:
    """The list price from a day on; one given for the same day is replaced. Says nothing when it is so already."""
    day = valid_from or timezone.localdate()
    row = ListPrice.objects.filter(product=product, valid_from=day).first()
    known = (
        row or ListPrice.objects.filter(product=product, valid_from__lt=day).order_by("-valid_from").first()
    )
    currency = currency or (known.currency if known else Currency.CNY)
    if known and (known.price, known.currency) == (price, currency):
        return
    old = f"{known.price} {known.currency} {known.valid_from}" if known else None
    row = row or ListPrice(product=product, valid_from=day)
    row.price, row.currency, row.updated_at = price, currency, timezone.now()
    row.save()
    audit.record(product, "change", by=by, changes={"price": [old, f"{price} {currency} {day}"]})


@transaction.atomic
def withdraw_price(product: Product, valid_from: date, *, by: User | None) -> None:
    """Take back the list price given for a day; the one before it is valid again."""
    row = ListPrice.objects.filter(product=product, valid_from=valid_from).first()
    if row is not None:
        row.delete()
        audit.record(
            product, "change", by=by, changes={"price": [f"{row.price} {row.currency} {valid_from}", None]}
        )


# Brands and varieties ---------------------------------------------------------------------------


@transaction.atomic
def brand_named(name: str, *, by: User | None) -> Brand:
    """The brand of that name, in whatever case, width or script; made when it is new. Raises ValidationError for no name."""
    key = fold(name)[:80]
    if not key:
        raise ValidationError({"brand": _("Fill in the brand")})
    brand = Brand.objects.filter(name_key=key).first()
    if brand is None:
        brand = Brand.objects.create(name=name[:40], name_key=key)
        audit.record(brand, "create", by=by, changes={"name": [None, brand.name]})
    return brand


@transaction.atomic
def variety_at(path: str, *, by: User | None) -> Variety | None:
    """The node at a path like 手机 / 智能手机, with all above it made when they are new; None for an empty path."""
    names = variety_names(path)
    if len(names) > VARIETY_DEPTH:
        raise ValidationError(
            {"variety": _("At most %(depth)d levels of varieties") % {"depth": VARIETY_DEPTH}}
        )
    node: Variety | None = None
    for depth, name in enumerate(names):
        here = " / ".join(names[: depth + 1])
        known = Variety.objects.filter(path_key=_path_key(here)).first()
        if known is None:
            known = Variety.objects.create(
                name=name[:40], parent=node, path=here[:220], path_key=_path_key(here)
            )
            audit.record(known, "create", by=by, changes={"path": [None, here]})
        node = known
    return node


def _path_key(path: str) -> str:
    return "/".join(fold(name) for name in variety_names(path))[:220]


@transaction.atomic
def rename_brand(brand: Brand, name: str, *, by: User | None) -> Brand:
    """Give a brand another name; its products are called anew. Raises ValidationError for a name in use."""
    key = fold(name)[:80]
    if not key:
        raise ValidationError(_("Fill in the name"))
    if Brand.objects.exclude(pk=brand.pk).filter(name_key=key).exists():
        raise ValidationError(_("Another brand is called “%(name)s”") % {"name": name})
    old, brand.name, brand.name_key = brand.name, name[:40], key
    brand.version += 1
    brand.save()
    audit.record(brand, "change", by=by, changes={"name": [old, brand.name]})
    for product in Product.objects.select_for_update().filter(brand=brand).select_related("brand"):
        _derive(product)
        _touch(product)
        if product.deleted_at is None:
            _refuse_duplicates(product)
            search.put(product)
    return brand


@transaction.atomic
def set_director(brand: Brand, director: User | None, *, by: User | None) -> Brand:
    """Who assigns the follow-up of the brand's customers: its market director, None for nobody."""
    old, brand.director = brand.director_id, director
    if old != brand.director_id:
        brand.version += 1
        brand.save()
        audit.record(brand, "change", by=by, changes={"director": [old, brand.director_id]})
    return brand


@transaction.atomic
def rename_variety(variety: Variety, name: str, *, by: User | None) -> Variety:
    """Give a node another name; the paths of the whole subtree follow. Raises ValidationError for a name in use beside it."""
    names = variety_names(name)
    if len(names) != 1:
        raise ValidationError(_("Fill in one name, without / or >"))
    above = variety.path.rpartition(" / ")[0]
    path = f"{above} / {names[0]}" if above else names[0]
    if Variety.objects.exclude(pk=variety.pk).filter(path_key=_path_key(path)).exists():
        raise ValidationError(_("Another variety is called “%(name)s”") % {"name": path})
    old = variety.path
    branch = list(Variety.objects.select_for_update().filter(path__startswith=f"{old} / "))
    variety.name = names[0][:40]
    for node in [variety, *branch]:
        node.path = (path + node.path[len(old) :])[:220]
        node.path_key = _path_key(node.path)
        node.version += 1
        node.save()
    audit.record(variety, "change", by=by, changes={"path": [old, variety.path]})
    return variety


@transaction.atomic
def delete_node(node: Brand | Variety, *, by: User | None) -> None:
    """Remove a brand or variety nothing hangs on. Raises ValidationError while something does."""
    used = node.products.exists() or (isinstance(node, Variety) and node.children.exists())
    if used:
        raise ValidationError(
            _("“%(name)s” is in use. Give its products another one first.") % {"name": node}
        )
    audit.record(node, "delete", by=by, note=str(node)[:300])
    node.delete()
