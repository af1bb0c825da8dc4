"""What is not everyday CRUD: names while typing, brands and varieties."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.catalog import costs, queries, services
from furrow.catalog.forms import CostForm
from furrow.catalog.models import Brand, Kind, Product, Variety
from furrow.catalog.pages import RECORD
from furrow.kit.figures import money
from furrow.kit.flash import flash
from furrow.kit.sheets.cells import clean_text
from furrow.records.asking import ask, posted
from furrow.team.access import right_required

KINDS: dict[str, type[Brand | Variety]] = {"brand": Brand, "variety": Variety}


@require_safe
@right_required("catalog.view")
def find(request: HttpRequest) -> HttpResponse:
    """Products for what was typed so far: [{"title", "code", "unit"}], best first. A page's field called product gets ours as choices of its
    datalist."""
    user: Any = request.user
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware of django-htmx
        ours = queries.suggestions(request.GET.get("product", ""), user, kind=Kind.OWN)
        return render(request, "catalog/_choices.html", {"found": ours})
    found = queries.suggestions(request.GET.get("q", ""), user)
    return JsonResponse(
        {"found": [{"title": one.title, "code": one.code, "unit": one.unit} for one in found]}
    )


@require_safe
@right_required("catalog.view")
def names(request: HttpRequest) -> HttpResponse:
    """Brands and the variety tree, to rename and tidy."""
    context = {"record": RECORD, "brands": queries.brands(), "varieties": queries.varieties()}
    return render(request, "catalog/names.html", context)


@require_POST
@right_required("catalog.change")
def name(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Rename a brand or variety, or delete one nothing hangs on."""
    thing: Any = get_object_or_404(KINDS[kind], pk=pk)
    user: Any = request.user
    try:
        if "delete" in request.POST:
            services.delete_node(thing, by=user)
            flash(request, _("Deleted “%(name)s”") % {"name": thing})
        else:
            written = " ".join(clean_text(request.POST.get("name", "")[:200]).split())[:40]
            rename: Any = services.rename_brand if kind == "brand" else services.rename_variety
            flash(request, _("Saved “%(name)s”") % {"name": rename(thing, written, by=user)})
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return redirect("products:names")


@right_required("catalog.costs")
def cost(request: HttpRequest, pk: int) -> HttpResponse:
    """What a product costs us from a day on."""
    user: Any = request.user
    product = get_object_or_404(Product.objects.visible_to(user), pk=pk)

    def act(data: dict[str, Any]) -> str:
        made = costs.set_cost(product, data["cost"], valid_from=data["valid_from"], by=user)
        return _("Cost price %(cost)s holds from %(day)s") % {"cost": money(made.cost), "day": made.valid_from}  # fmt: skip

    text = _("Before tax, for one unit. What customers contribute is worked out with the cost of the day they were invoiced.")  # fmt: skip
    return ask(request, CostForm(posted(request)), act, thing=product, page="products:page", title=_("Cost price"), button=_("Set cost price"), text=text)  # fmt: skip
