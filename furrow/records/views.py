"""The everyday pages of every record. Each view is made for one Record by urls_of()."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from furrow.kit import audit, jobs
from furrow.kit.flash import flash
from furrow.kit.models import Job
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.kit.sheets.cells import clean_text
from furrow.records import changes
from furrow.records.drawing import tab_links, table
from furrow.records.exports import export_response
from furrow.records.listing import COUNT_LIMIT, Listing, filter_choices, saved_views, with_expressions
from furrow.records.models import SavedView
from furrow.records.record import Record, later_panel, may, panels_of, require

PRINT_LIMIT = 2000
HISTORY_LENGTH = 30


def thing_or_404(record: Record, request: HttpRequest, pk: int) -> Any:
    """The record's row if it is in reach; 404 says nothing about rows out of reach."""
    if record.one is None:
        return get_object_or_404(record.page_rows(request), pk=pk)
    user: Any = request.user
    thing = record.one.find(user, pk)
    if thing is None:
        raise Http404
    return thing


def list_page(request: HttpRequest, record: Record) -> HttpResponse:
    """Search, filters, sort, saved views, columns, keyset paging; the number of rows comes later by itself."""
    require(request, record.right("view"))
    listing = Listing(record, request)
    if "print" in request.GET:
        return _print_list(request, record, listing)
    tabs = saved_views(listing)
    context = {
        "record": record,
        "listing": listing,
        "table": table(listing, f"{record.name}:page"),
        "empty": not listing.page.values,
        "tabs": tabs,
        "own_tab": next((tab for tab in tabs if tab.current and tab.own), None),
        "bulk": [action for action in record.bulk if may(request, action.right)],
        "ticks": bool(record.bulk),
        "add": record.right("add"),
        "import_right": record.right("import"),
        "export_right": record.right("export"),
    }
    return render(request, record.list_template, context)


def choices(request: HttpRequest, record: Record) -> HttpResponse:
    """The filters and columns one may choose from, asked for when their menu opens."""
    require(request, record.right("view"))
    listing = Listing(record, request)
    context = {
        "record": record,
        "listing": listing,
        "filters": filter_choices(listing),
        "what": request.GET.get("menu", ""),
    }
    return render(request, "records/_choices.html", context)


def _print_list(request: HttpRequest, record: Record, listing: Listing) -> HttpResponse:
    columns = listing.columns
    fields = list(dict.fromkeys(name for column in columns for name in column.fields))
    places = [[fields.index(name) for name in column.fields] for column in columns]
    rows = [
        [
            column.show(*[values[index] for index in indexes])
            for column, indexes in zip(columns, places, strict=True)
        ]
        for values in with_expressions(listing.in_order(), columns).values_list(*fields)[:PRINT_LIMIT]
    ]
    context = {
        "record": record,
        "listing": listing,
        "columns": columns,
        "rows": rows,
        "limit": PRINT_LIMIT if len(rows) == PRINT_LIMIT else 0,
    }
    return render(request, "records/print_list.html", context)


def count(request: HttpRequest, record: Record) -> HttpResponse:
    """How many rows the list has, asked for after the first paint."""
    require(request, record.right("view"))
    number, more = Listing(record, request).count()
    text = record.count_label(number)
    return HttpResponse(_("More than %(number)s") % {"number": f"{COUNT_LIMIT:,}"} if more else text)


def page(request: HttpRequest, record: Record, pk: int) -> HttpResponse:
    """One record with its panels; the history of changes comes when it is scrolled to."""
    require(request, record.right("view"))
    thing = thing_or_404(record, request, pk)
    tabs = record.tabs_of(thing)
    asked = request.GET.get("tab", "")
    tab = asked if asked in {one.name for one in tabs} else ""
    shown = panels_of(record, request, thing, tab)
    context = {
        "record": record,
        "thing": thing,
        "subtitle": record.subtitle(thing),
        "wide": [panel for panel in shown if panel.wide],
        "narrow": [panel for panel in shown if not panel.wide],
        "stats": [figure for panel in shown for figure in panel.stats],
        "actions": [action for action in record.actions if may(request, action.right)],
        "change": record.right("change"),
        "delete": record.right("delete"),
        "tabs": tab_links(tabs, tab, request.path),
        "tab": tab,
        **record.context(request, thing),
    }
    return render(request, record.page_template, context)


def panel(request: HttpRequest, record: Record, pk: int, name: str) -> HttpResponse:
    """A panel that the record's page only announced, in place of its frame; without JavaScript a page of its own."""
    require(request, record.right("view"))
    thing = thing_or_404(record, request, pk)
    try:
        made = later_panel(record, request, thing, name)
    except LookupError as error:
        raise Http404 from error
    if getattr(request, "htmx", False):
        return render(request, "records/_panel.html", {"panel": made}) if made else HttpResponse()
    return render(request, "records/panel.html", {"record": record, "thing": thing, "panel": made})


def history(request: HttpRequest, record: Record, pk: int) -> HttpResponse:
    """Who changed what and when, latest first."""
    require(request, record.right("view"))
    thing = thing_or_404(record, request, pk)
    entries = list(audit.history(thing)[:HISTORY_LENGTH])
    found = changes.in_words(record.model, entries, record.words(request, entries), record.noted)
    return render(request, "records/_history.html", {"history": found})


def form_page(request: HttpRequest, record: Record, pk: int | None = None) -> HttpResponse:
    """New or edit: the form parses, the record's service writes."""
    require(request, record.right("change" if pk else "add"))
    thing = thing_or_404(record, request, pk) if pk else None
    form = _form(record, request, thing)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = (
                    record.change(thing, by=request.user, **form.cleaned_data)
                    if thing
                    else record.create(by=request.user, **form.cleaned_data)
                )
        except ValidationError as error:
            form.add_error(None, error)
        except IntegrityError:
            form.add_error(
                None, _("Someone else saved the same code at this moment. Change it and save again.")
            )
        else:
            flash(request, _("Saved “%(name)s”") % {"name": saved})
            in_reach = record.rows(request).filter(pk=saved.pk).exists()
            return redirect(f"{record.name}:page", saved.pk) if in_reach else redirect(f"{record.name}:list")
    context = {"record": record, "thing": thing, "form": form, "back": _back(request, record, thing)}
    return render(request, record.form_template, context, status=422 if form.is_bound else 200)


def _form(record: Record, request: HttpRequest, thing: Any) -> ModelForm[Any]:
    data = request.POST if request.method == "POST" else None
    form: ModelForm[Any] = record.form_class(data, instance=thing, user=request.user)  # type: ignore[call-arg]
    return form


def _back(request: HttpRequest, record: Record, thing: Any) -> str:
    return reverse(f"{record.name}:page", args=[thing.pk]) if thing else reverse(f"{record.name}:list")


def delete(request: HttpRequest, record: Record, pk: int) -> HttpResponse:
    """Delete softly, with a way back."""
    require(request, record.right("delete"))
    thing = thing_or_404(record, request, pk)
    try:
        record.delete(thing, by=request.user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
        return redirect(f"{record.name}:page", pk)
    flash(
        request,
        _("Deleted “%(name)s”") % {"name": thing},
        label=_("Undo"),
        url=reverse(f"{record.name}:restore", args=[pk]),
    )
    return redirect(f"{record.name}:list")


def restore(request: HttpRequest, record: Record, pk: int) -> HttpResponse:
    """Take a deletion back."""
    require(request, record.right("delete"))
    thing = record.restore(pk, by=request.user)
    flash(request, _("Restored “%(name)s”") % {"name": thing})
    return redirect(f"{record.name}:page", pk)


def print_page(request: HttpRequest, record: Record, pk: int) -> HttpResponse:
    """The paper form of one record; `?format=pdf` gives the same page as PDF."""
    require(request, record.right("view"))
    if not record.print_template:
        raise Http404
    thing = thing_or_404(record, request, pk)
    context = {"record": record, "thing": thing, "pdf": pdf_available(), **record.context(request, thing)}
    if request.GET.get("format") == "pdf":
        return pdf_response(request, record.print_template, context, f"{record.name}-{pk}.pdf")
    return render(request, record.print_template, context)


def export(request: HttpRequest, record: Record) -> HttpResponse:
    """All rows of the list (or the ticked ones) as xlsx or csv."""
    require(request, record.right("export"))
    return export_response(record, request)


def save_view(request: HttpRequest, record: Record) -> HttpResponse:
    """Keep the list's filters, columns and sort under a name; the same name is written over."""
    require(request, record.right("view"))
    name = clean_text(request.POST.get("name", "")[:200])[:40]
    query = QueryDict(request.POST.get("query", "").lstrip("?"), mutable=True)
    for key in ("view", "after", "before"):
        query.pop(key, None)
    if not name or len(query.urlencode()) > 2000:
        flash(
            request,
            _("Not saved: give the view a name")
            if not name
            else _("Not saved: too many filters for one view"),
            kind="bad",
        )
        return redirect(f"{record.name}:list")
    values = {"query": query.urlencode(), "shared": bool(request.POST.get("shared"))}
    view, _created = SavedView.objects.update_or_create(
        record=record.name, owner_id=request.user.pk, name=name, defaults=values
    )
    flash(request, _("View “%(name)s” saved") % {"name": name})
    return HttpResponseRedirect(f"{reverse(f'{record.name}:list')}?{view.query}&view={view.pk}")


def delete_view(request: HttpRequest, record: Record, view_id: int) -> HttpResponse:
    """Remove one of the user's own views."""
    require(request, record.right("view"))
    view = get_object_or_404(SavedView, pk=view_id, record=record.name, owner_id=request.user.pk)
    view.delete()
    flash(request, _("View “%(name)s” removed") % {"name": view.name})
    return redirect(f"{record.name}:list")


# Jobs -------------------------------------------------------------------------------------------


def _job_or_404(request: HttpRequest, pk: int) -> Job:
    people: Any = get_user_model()._default_manager
    jobs_in_reach = Job.objects.filter(by__in=people.line_within_reach(request.user).values("pk"))
    return get_object_or_404(jobs_in_reach, pk=pk)


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is. Asked for by its page every second; when it is over the page loads anew."""
    watched = _job_or_404(request, pk)
    if "json" in request.GET:
        return JsonResponse(
            {
                "status": watched.status,
                "done": watched.done,
                "total": watched.total,
                "message": watched.message,
            }
        )
    response = render(request, "records/job.html", {"job": watched})
    if watched.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop: one's own, or with the right to it that of somebody in reach."""
    watched = _job_or_404(request, pk)
    if watched.by != request.user:
        require(request, "records.stop")
    jobs.request_cancel(watched)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("home"))
