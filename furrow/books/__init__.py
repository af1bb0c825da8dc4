"""The purchase-sales book 进销记录簿: what each customer bought, sold on and has in stock of each product, period by period."""
