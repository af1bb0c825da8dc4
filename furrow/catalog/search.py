"""What a product is found by: title, variety, code, barcode."""

from __future__ import annotations

from furrow.catalog.models import Product
from furrow.kit.grams import TextIndex
from furrow.kit.tokens import IndexedText

PRODUCTS = TextIndex("catalog_search")
INDEXED_FIELDS = ("title", "code", "barcode")


def put(product: Product) -> None:
    """Write one product into the index, in the current transaction. A UPC-A is found as the EAN-13 a scanner gives, too."""
    codes = [product.code, product.barcode]
    if len(product.barcode) == 12:
        codes.append(f"0{product.barcode}")
    names = [product.title, product.name]
    PRODUCTS.put([(product.pk, IndexedText(names=names, codes=[code for code in codes if code]))])
