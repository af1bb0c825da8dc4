"""The product catalog: own and competing products with brand, variety tree, specification, unit, barcode and list prices."""
