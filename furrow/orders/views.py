"""Writing orders line by line, and every act on an order or a delivery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.catalog.models import Kind as ProductKind
from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.orders import deliveries, hold, queries, services
from furrow.orders.forms import MergeForm, OrderForm, ReasonForm, SendForm, SignForm
from furrow.orders.models import Delivery, Kind, Order, Status
from furrow.orders.reading import read_items, rows_of
from furrow.records.asking import ask, posted
from furrow.team.access import require, right_required

SPARE = 6
LISTED = 500


def _user(request: HttpRequest) -> Any:
    return request.user


def _order(request: HttpRequest, pk: int) -> Order:
    found: Order = get_object_or_404(
        Order.objects.visible_to(_user(request)).select_related("customer"), pk=pk
    )
    return found


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    rows = Delivery.objects.visible_to(_user(request)).select_related("customer", "order")
    found: Delivery = get_object_or_404(rows, pk=pk)
    return found


# Writing ------------------------------------------------------------------------------------------


def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new order or quotation, or its lines anew. Nothing is saved while one line is wrong; what was typed stays."""
    require(request.user, "orders.change" if pk else "orders.add")
    order = _order(request, pk) if pk else None
    form = OrderForm(posted(request), instance=order, user=_user(request), initial=_initial(request))
    rows, errors = _rows(request, order), list[str]()
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, order, form.cleaned_data, rows)
        except ValidationError as error:
            errors = error.messages
        else:
            flash(request, _saved_words(saved), kind="bad" if saved.status == Status.HELD else "ok")
            return redirect("orders:page", saved.pk)
    products = Product.objects.visible_to(_user(request)).filter(kind=ProductKind.OWN, status="sold")
    context = {
        "form": form, "order": order, "errors": errors, "rows": [*rows, *({} for _spare in range(SPARE))],
        "products": products.order_by("title_order", "pk").values_list("code", "title")[:LISTED],
    }  # fmt: skip
    return render(request, "orders/write.html", context, status=422 if errors or form.is_bound else 200)


def _initial(request: HttpRequest) -> dict[str, str]:
    return {"customer": request.GET.get("customer", "")[:170], "kind": request.GET.get("kind", "order")[:10]}


def _rows(request: HttpRequest, order: Order | None) -> list[dict[str, Any]]:
    if request.method == "POST":
        return list(rows_of(request.POST))
    if order is not None:
        return [
            {"product": line.product.code, "title": line.product.title, "quantity": line.quantity, "price": line.price, "discount": line.discount or "", "gift": line.gift}
            for line in order.lines.select_related("product").order_by("id")
        ]  # fmt: skip
    if request.GET.get("suggest") and (code := request.GET.get("customer", "")[:40]) and "\x00" not in code:
        customer = Customer.objects.visible_to(_user(request)).filter(code=code).first()
        found = queries.suggestions(customer) if customer else []
        return [
            {"product": one.product.code, "title": one.product.title, "quantity": one.quantity}
            for one in found
        ]
    return []


def _save(
    request: HttpRequest, order: Order | None, values: dict[str, Any], rows: list[dict[str, Any]]
) -> Order:
    items = read_items(rows, _user(request))
    if order is not None:
        return services.change_order(
            order,
            items,
            by=_user(request),
            wanted_on=values["wanted_on"],
            valid_until=values.get("valid_until"),
            note=values["note"],
        )
    made = services.create_order(values.pop("customer"), items, by=_user(request), **values)
    place = request.POST.get("do") == "place" and made.kind == Kind.ORDER
    return services.place_order(made, by=_user(request)) if place else made


def _saved_words(order: Order) -> str:
    if order.status == Status.HELD:
        return _("%(number)s saved and held: %(why)s") % {"number": order, "why": order.hold_words}
    return _("%(number)s saved: %(state)s") % {"number": order, "state": order.get_status_display()}


# Acts on an order ---------------------------------------------------------------------------------


def _act(right: str, do: Callable[[HttpRequest, Order], Order | None]) -> Callable[..., HttpResponse]:
    """A view that does one thing by POST and shows the order that came of it."""

    @require_POST
    @right_required(right)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        order = _order(request, pk)
        try:
            found = do(request, order) or order
        except ValidationError as error:
            flash(request, " ".join(error.messages), kind="bad")
            return redirect("orders:page", order.pk)
        flash(request, _saved_words(found), kind="bad" if found.status == Status.HELD else "ok")
        return redirect("orders:page", found.pk)

    return view


place = _act("orders.add", lambda request, order: services.place_order(order, by=_user(request)))
recheck = _act("orders.add", lambda request, order: services.recheck(order, by=_user(request)))
copy = _act("orders.add", lambda request, order: services.copy_order(order, by=_user(request)))
accept = _act("orders.add", lambda request, order: services.accept_quotation(order, by=_user(request)))
reopen = _act("orders.change", lambda request, order: services.reopen_order(order, by=_user(request)))


def _ask(request: HttpRequest, form: Any, act: Callable[[dict[str, Any]], Any], thing: Any, page: str, title: str, button: str, text: str = "", danger: bool = False) -> HttpResponse:  # fmt: skip
    def said(data: dict[str, Any]) -> str:
        return _("Done: %(thing)s") % {"thing": act(data) or thing}

    return ask(request, form, said, title=title, button=button, thing=thing, page=page, text=text, danger=danger)  # fmt: skip


@right_required("orders.change")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more of it will be delivered."""
    order = _order(request, pk)
    text = _("Nothing more of this order will be delivered; releases no longer count.")
    return _ask(request, ReasonForm(posted(request)), lambda data: services.cancel_order(order, by=_user(request), **data), order, "orders:page", _("Cancel order"), _("Cancel order"), text, danger=True)  # fmt: skip


@right_required("orders.change")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take other orders of the customer over."""
    order = _order(request, pk)

    def act(data: dict[str, Any]) -> Order:
        wanted = data["numbers"].split()
        others = list(Order.objects.visible_to(_user(request)).filter(number__in=wanted))
        if len(others) != len(set(wanted)):
            raise ValidationError(_("Not all of these numbers are orders of yours."))
        return services.merge_orders(order, others, by=_user(request))

    return _ask(request, MergeForm(posted(request)), act, order, "orders:page", _("Merge orders"), _("Merge orders"), _("Releases no longer count after a merge."))  # fmt: skip


def _held(order: Order, words: str) -> str:
    """Why it is held, or that it is not."""
    return words % {"why": order.hold_words} if order.status == Status.HELD else _("This order is not held.")


@right_required("orders.add")
def ask_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a held order to go."""
    order = _order(request, pk)

    def act(data: dict[str, Any]) -> None:
        hold.ask_release(order, request=data["reason"], by=_user(request))

    return _ask(request, ReasonForm(posted(request)), act, order, "orders:page", _("Ask for release"), _("Ask for release"), _held(order, _("Held: %(why)s")))  # fmt: skip


@right_required("orders.release")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a held order, for once, or refuse to."""
    order = _order(request, pk)

    def act(data: dict[str, Any]) -> None:
        hold.decide_release(
            order, release=request.POST.get("do") != "refuse", reason=data["reason"], by=_user(request)
        )

    text = _held(order, _("Held: %(why)s. The release holds for this order at this amount, once."))
    return _ask(
        request,
        ReasonForm(posted(request)),
        act,
        order,
        "orders:page",
        _("Release order"),
        _("Release order"),
        text,
    )


def _quantities(request: HttpRequest) -> dict[int, int]:
    """units_17=3 -> {17: 3}; raises ValidationError for anything that is no whole number."""
    found = {}
    for name, value in request.POST.items():
        key = name.removeprefix("units_")
        text = str(value).strip()
        if name == key or not text or not key.isascii() or not key.isdigit():
            continue
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise ValidationError(_("Write the quantity in whole units"))
        found[int(key)] = int(text)
    return found


@right_required("orders.deliver")
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what leaves; held orders do not."""
    order = _order(request, pk)
    form = SendForm(posted(request))

    def act(quantities: dict[int, int]) -> Delivery:
        return deliveries.deliver(order, quantities, by=_user(request), **form.cleaned_data)

    lines = [
        (line, line.left, line.left)
        for line in order.lines.select_related("product").order_by("id")
        if line.left
    ]
    return _units(request, form, act, order, lines, "orders:page", "deliveries:page", _("Deliver"), _("Send goods"))  # fmt: skip


@right_required("orders.change")
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Move units to an order of their own."""
    order = _order(request, pk)

    def act(quantities: dict[int, int]) -> Order:
        return services.split_order(order, quantities, by=_user(request))

    lines = [
        (line, line.left, "") for line in order.lines.select_related("product").order_by("id") if line.left
    ]
    form = forms.Form(posted(request))
    text = _("These units move to an order of their own.")
    return _units(request, form, act, order, lines, "orders:page", "orders:page", _("Split order"), text=text)


@right_required("orders.deliver")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Goods come back, or are swapped (?exchange=1)."""
    delivery, exchange = _delivery(request, pk), bool(request.GET.get("exchange"))
    form = ReasonForm(posted(request))

    def act(quantities: dict[int, int]) -> Delivery:
        return deliveries.take_back(
            delivery, quantities, by=_user(request), exchange=exchange, **form.cleaned_data
        )

    rows = delivery.lines.select_related("line__product").order_by("id")
    lines = [(row, row.quantity - row.returned, "") for row in rows]
    title = _("Exchange goods") if exchange else _("Take goods back")
    return _units(request, form, act, delivery, lines, "deliveries:page", "deliveries:page", title, left_label=_("Can come back"))  # fmt: skip


def _units(
    request: HttpRequest, form: forms.Form, act: Callable[[dict[int, int]], Any], thing: Any, lines: list[Any], page: str, then: str, title: str, button: str = "",
    text: str = "", left_label: str = "",
) -> HttpResponse:  # fmt: skip
    """Asks for units of each line (row, how many there are, how many are proposed); what was typed stays, and the page of what came of it
    follows."""
    lines = [(row, left, request.POST.get(f"units_{row.pk}", proposed)) for row, left, proposed in lines]

    def said(data: dict[str, Any]) -> tuple[str, HttpResponse]:
        found = act(_quantities(request))
        return _("%(number)s written") % {"number": found}, redirect(then, found.pk)

    return ask(request, form, said, thing=thing, page=page, title=title, button=button, text=text, template="orders/units.html", lines=lines, left_label=left_label or _("Left"))  # fmt: skip


# Deliveries ---------------------------------------------------------------------------------------


@require_POST
@right_required("orders.invoice")
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Invoice this delivery; with `all`, everything of the customer that was delivered and not invoiced."""
    delivery = _delivery(request, pk)
    rows = [delivery]
    if request.POST.get("all"):
        open_rows = Delivery.objects.visible_to(_user(request)).filter(
            customer=delivery.customer_id, to_bill__gt=0
        )
        rows = list(open_rows.order_by("pk")[:100])
    try:
        made = deliveries.invoice_deliveries(rows, by=_user(request))
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
        return redirect("deliveries:page", pk)
    flash(request, _("Invoice %(number)s issued") % {"number": made})
    return redirect("invoices:page", made.pk)


@right_required("orders.deliver")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer signs."""
    delivery = _delivery(request, pk)
    form = SignForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            deliveries.sign_delivery(delivery, by=_user(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            flash(request, _("Signed by %(name)s") % {"name": form.cleaned_data["signed_by"]})
            return redirect("deliveries:page", pk)
    return render(
        request,
        "orders/sign.html",
        {"form": form, "delivery": delivery},
        status=422 if form.is_bound else 200,
    )


@require_safe
@right_required("orders.view")
def driver_sheet(request: HttpRequest) -> HttpResponse:
    """送货清单: deliveries in reach that nobody signed for, with address, times, requirements and goods, and what to load for all of them;
    to print for the driver."""
    rows, load = queries.to_drive(_user(request))
    context = {"rows": rows, "load": load, "today": timezone.localdate()}
    return render(request, "orders/print_driver.html", context)
