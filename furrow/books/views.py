"""A customer's book, the entry grid, the trend of a product, the printed table, how periods are cut."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from furrow.books import grid as table
from furrow.books import queries, services
from furrow.books.forms import PeriodsForm
from furrow.books.pages import RECORD
from furrow.books.reading import COLUMNS, Problem, Read, RowReader
from furrow.books.rules import Period, period_of, periods_until, written_period
from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit.figures import NOTHING
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.team.access import require, right_required

SPARE_ROWS = 12
PERIODS_OFFERED = 26


def _customer(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user).select_related("owner"), pk=pk)


def _period(request: HttpRequest, known: list[Period]) -> Period:
    """The period asked for in words, else the latest with entries, else the present one."""
    cuts = services.cuts()
    written = written_period(request.GET.get("period", "")[:30])
    if written and written[0] <= timezone.localdate():
        return period_of(written[0], cuts)
    return known[0] if known else period_of(timezone.localdate(), cuts)


@require_safe
@right_required("books.view")
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer's book: a period's lines in sum and one by one. The number of queries does not grow with the lines."""
    return render(request, "books/customer.html", _book(request, pk))


@require_safe
@right_required("books.view")
def print_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper table 进销记录簿 of one period; `?format=pdf` gives it as PDF."""
    context = {**_book(request, pk), "pdf": pdf_available(), "blanks": range(3)}
    if request.GET.get("format") == "pdf":
        name = f"book-{pk}-{context['period'].start}.pdf"
        return pdf_response(request, "books/print_book.html", context, name)
    return render(request, "books/print_book.html", context)


def _book(request: HttpRequest, pk: int) -> dict[str, Any]:
    owner = _customer(request, pk)
    known = queries.periods_of(owner)
    period = _period(request, known)
    rows = queries.rows_of(owner, period)
    return {
        "record": RECORD,
        "customer": owner,
        "period": period,
        "periods": known if period in known else [period, *known],
        "rows": rows,
        "totals": queries.sums(rows, period),
    }


@require_safe
@right_required("books.view")
def trend(request: HttpRequest, pk: int, product_id: int) -> HttpResponse:
    """One product at one customer over the periods: quantities, retail price against list price, the table behind both."""
    owner = _customer(request, pk)
    user: Any = request.user
    product = get_object_or_404(Product.objects.visible_to(user), pk=product_id)
    rows = queries.trend(owner, product)
    prices = list(product.prices.values_list("valid_from", "price"))
    words = {
        "bought": _("Bought"),
        "sold": _("Sold on"),
        "stock": _("Stock"),
        "price": _("Retail price"),
        "list": _("List price"),
    }
    chart = {**queries.chart_of(rows, prices), "words": words, "unit": product.unit, "money": _("yuan")}
    context = {"record": RECORD, "customer": owner, "product": product, "rows": rows, "chart": chart}
    return render(request, "books/trend.html", context)


# Entry ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("books.change")
def grid(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Entry like a spreadsheet, of one customer or of many. POST takes `rows` as tab-separated text with a header.

    Nothing is saved while a row is wrong, unless `do=good` asks to save the good ones; `do=check` saves nothing. Answers in JSON
    to the script and as a page to browsers without it."""
    owner = _customer(request, pk) if pk else None
    columns = tuple(name for name in table.NAMES if name != "customer" or owner is None)
    period = _period(request, [])
    if request.method == "POST":
        return _take(request, owner, columns, period)
    return render(request, "books/grid.html", _grid(request, owner, columns, period))


def _grid(
    request: HttpRequest, owner: Customer | None, columns: tuple[str, ...], period: Period, **more: Any
) -> dict[str, Any]:
    labels = {column.name: str(column.label) for column in COLUMNS}
    return {
        "record": RECORD,
        "customer": owner,
        "period": period,
        "periods": periods_until(timezone.localdate(), PERIODS_OFFERED, services.cuts()),
        "text": table.as_text([[labels[name] for name in columns], *_rows_to_start(owner, columns, period)]),
        "seen": timezone.now().isoformat(),
        "setup": {
            "columns": [
                {
                    "name": name,
                    "label": labels[name],
                    "numeric": name not in ("customer", "product", "period"),
                }
                for name in columns
            ],
            "words": table.header_words(),
            "period": period.label,
            "spare": SPARE_ROWS,
            "most": table.MOST_ROWS,
            "find": reverse("products:find"),
        },
        **more,
    }


def _rows_to_start(owner: Customer | None, columns: tuple[str, ...], period: Period) -> list[list[object]]:
    """The period's lines; what the customer carried in the period before stands ready with its opening stock."""
    if owner is None:
        return []
    rows = [table.cells_of(row.line, columns) for row in queries.rows_of(owner, period)]
    there = {row[columns.index("product")] for row in rows}
    earlier = [known for known in queries.periods_of(owner) if known.start < period.start]
    for row in queries.rows_of(owner, earlier[0]) if earlier else []:
        line = row.line
        if line.product.title in there or line.product.deleted_at is not None:
            continue
        ready = {"product": line.product.title, "period": period.label, "opening": line.stock}
        rows.append([ready.get(name) for name in columns])
    return rows


def _take(
    request: HttpRequest, owner: Customer | None, columns: tuple[str, ...], period: Period
) -> HttpResponse:
    user: Any = request.user
    text, do = request.POST.get("rows", ""), request.POST.get("do", "")
    try:
        given = table.parse(text, columns)
    except table.TooMuch as error:
        return _answer(request, owner, columns, period, [], text, message=error.message)
    read = RowReader(user, owner, period).read(given)
    _mark_conflicts(read, _moment(request.POST.get("seen", "")))
    wrong = [one for one in read if one.problems]
    good = [one.line for one in read if one.line is not None and not one.problems]
    if do == "check" or (wrong and do != "good"):
        return _answer(request, owner, columns, period, read, text)
    saved = services.save_lines(good, by=user)
    message = ngettext("%(number)s line saved", "%(number)s lines saved", saved.count) % {
        "number": f"{saved.count:,}"
    }
    return _answer(
        request, owner, columns, period, read, text, message=message, saved=saved.count, done=not wrong
    )


def _moment(text: str) -> Any:
    """A moment out of a hidden field; None for anything else."""
    try:
        moment = parse_datetime(text[:40])
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None


def _mark_conflicts(read: list[Read], seen: Any) -> None:
    """Lines somebody else changed since the grid was opened are not written over."""
    now = services.lines_now([one.line.key for one in read if one.line]) if seen else {}
    for one in read:
        line = now.get(one.line.key) if one.line else None
        if line is None or one.line is None or line.updated_at <= seen:
            continue
        if any(getattr(line, name) != value for name, value in one.line.figures.items()):
            told = {"bought": line.bought, "sold": line.sold, "stock": line.stock}
            said = _(
                "Changed by someone else meanwhile: bought %(bought)s, sold on %(sold)s, stock %(stock)s"
            ) % {name: NOTHING if value is None else value for name, value in told.items()}
            one.problems.append(Problem("product", said))


def _answer(
    request: HttpRequest,
    owner: Customer | None,
    columns: tuple[str, ...],
    period: Period,
    read: list[Read],
    text: str,
    *,
    message: str = "",
    saved: int = 0,
    done: bool = False,
) -> HttpResponse:
    address = (
        reverse("books:customer", args=[owner.pk]) + f"?period={period.label}"
        if owner
        else reverse("books:list")
    )
    wrong = [one for one in read if one.problems]
    if done:
        flash(request, message)
    if wrong:
        message = f"{message} {_wrong_rows(len(wrong), nothing_saved=not saved)}".strip()
    if "application/json" in request.headers.get("accept", ""):
        problems = [
            {
                "row": one.number,
                "column": problem.column,
                "text": problem.text,
                "suggestion": problem.suggestion,
            }
            for one in wrong
            for problem in one.problems
        ]
        told = {"problems": problems, "wrong": len(wrong), "good": len(read) - len(wrong), "saved": saved}
        told |= {"message": message, "next": address if done else "", "seen": timezone.now().isoformat()}
        return JsonResponse(told)
    if done:
        return redirect(address)
    context = _grid(
        request, owner, columns, period, wrong=wrong, message=message, good=len(read) - len(wrong)
    )
    return render(request, "books/grid.html", {**context, "text": text}, status=200 if saved else 422)


def _wrong_rows(count: int, *, nothing_saved: bool) -> str:
    if nothing_saved:
        text = ngettext(
            "%(number)s row has errors; nothing is saved yet",
            "%(number)s rows have errors; nothing is saved yet",
            count,
        )
    else:
        text = ngettext("%(number)s row with errors is left", "%(number)s rows with errors are left", count)
    return text % {"number": f"{count:,}"}


# Settings ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("books.view")
def periods(request: HttpRequest) -> HttpResponse:
    """How the company's periods are cut, and from which day on otherwise."""
    user: Any = request.user
    form = PeriodsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(user, "settings.change")
        if form.is_valid():
            try:
                services.set_period_kind(**form.cleaned_data, by=user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                flash(request, _("Periods changed"))
                return redirect("books:periods")
    context = {
        "form": form,
        "cuts": queries.cuts_made(),
        "now": period_of(timezone.localdate(), services.cuts()),
    }
    return render(request, "books/periods.html", context, status=422 if form.is_bound else 200)
