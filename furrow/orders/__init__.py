"""From the price to the goods: price lists, quotations, orders, the credit hold and its release, deliveries, returns, exchanges (P6.1, P6.2).

Goods leave through one door, deliveries.deliver; the hold is decided in one place, hold.gate.
"""
