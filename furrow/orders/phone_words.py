"""Every word of orders on the phone, by the key field/orders.js asks for, in the reader's language."""

from __future__ import annotations

from django.utils.translation import pgettext


def order_words() -> dict[str, str]:
    """Key -> word; places like %(n)s are filled in on the phone."""
    return {
        "ask_release": pgettext("phone", "Ask for release"),
        "do_delivery_sign": pgettext("phone", "Signed for"),
        "do_order_ask_release": pgettext("phone", "Release asked for"),
        "do_order_place": pgettext("phone", "Order"),
        "do_order_release": pgettext("phone", "Release"),
        "gift": pgettext("phone", "Gift"),
        "held": pgettext("phone", "Held"),
        "held_asked": pgettext("phone", "%(who)s asks for release: %(why)s"),
        "held_n": pgettext("phone", "Held orders: %(n)s"),
        "held_none": pgettext("phone", "No order is held. An order over the credit limit would stand here."),
        "held_orders": pgettext("phone", "Held orders"),
        "held_see": pgettext("phone", "See held orders"),
        "held_sent": pgettext("phone", "Kept on the phone; the answer comes when there is a signal."),
        "held_sub": pgettext("phone", "Ask for release, or release"),
        "held_waits": pgettext("phone", "Waiting for somebody else to decide."),
        "order": pgettext("phone", "Take an order"),
        "order_about": pgettext("phone", "About"),
        "order_discount": pgettext("phone", "Discount %"),
        "order_discount_of": pgettext("phone", "Discount of %(title)s in percent"),
        "order_empty": pgettext("phone", "Write a quantity first"),
        "order_gifts": pgettext("phone", "Gifts"),
        "order_gifts_of": pgettext("phone", "Gifts of %(title)s"),
        "order_held": pgettext("phone", "%(number)s is held: %(why)s"),
        "order_less": pgettext("phone", "One less: %(title)s"),
        "order_more": pgettext("phone", "One more: %(title)s"),
        "order_place": pgettext("phone", "Place order"),
        "order_sub": pgettext("phone", "At the counter, with or without a signal"),
        "order_suggested": pgettext("phone", "Take the suggestion (%(n)s products)"),
        "order_taken": pgettext("phone", "%(number)s taken, %(sum)s"),
        "order_units": pgettext("phone", "Quantity of %(title)s"),
        "order_wanted": pgettext("phone", "Wanted on (optional)"),
        "reason": pgettext("phone", "Reason"),
        "reason_needed": pgettext("phone", "Give the reason first"),
        "reason_why": pgettext("phone", "Why should it go?"),
        "refuse": pgettext("phone", "Refuse"),
        "release": pgettext("phone", "Release order"),
        "sign": pgettext("phone", "Sign for goods"),
        "sign_by": pgettext("phone", "Who signs"),
        "sign_clear": pgettext("phone", "Clear"),
        "sign_done": pgettext("phone", "Nothing to sign for here: it was signed already."),
        "sign_due": pgettext("phone", "To be signed for"),
        "sign_here": pgettext("phone", "Sign with the finger; the name alone is enough."),
        "sign_who": pgettext("phone", "Write who signs"),
    }
