"""All addresses. A room adds one line."""

from django.urls import include, path

from furrow.config import api, views
from furrow.leads.referral_pages import REFERRALS
from furrow.leads.web_views import inquiry
from furrow.orders.urls import DELIVERY_URLS, ORDER_URLS, PRICE_LIST_URLS
from furrow.receivables.pages import ACCOUNTS, INVOICES, PAYMENTS
from furrow.records.addresses import urls_of
from furrow.team.pages import RECORD as PEOPLE

urlpatterns = [
    path("", views.home, name="home"),
    path("settings/", views.settings, name="settings"),
    path("palette/", views.palette, name="palette"),
    path("healthz", views.health, name="health"),
    path("map/labels/", views.map_labels, name="map_labels"),
    path("jobs/", include("furrow.records.urls")),
    path("customers/", include("furrow.customers.urls")),
    path("contacts/", include("furrow.contacts.urls")),
    path("products/", include("furrow.catalog.urls")),
    path("books/", include("furrow.books.urls")),
    path("visits/", include("furrow.visits.urls")),
    path("field/", include("furrow.field.urls")),
    path("orders/", include((ORDER_URLS, "orders"))),
    path("deliveries/", include((DELIVERY_URLS, "deliveries"))),
    path("price-lists/", include((PRICE_LIST_URLS, "pricelists"))),
    path("receivables/", include("furrow.receivables.urls")),
    path("accounts/", include((urls_of(ACCOUNTS), "accounts"))),
    path("invoices/", include((urls_of(INVOICES), "invoices"))),
    path("payments/", include((urls_of(PAYMENTS), "payments"))),
    path("files/", include("furrow.attachments.urls")),
    path("", include("furrow.team.urls")),
    path("people/", include((urls_of(PEOPLE), "people"))),
    path("", include("furrow.assessment.urls")),
    path("inquiry/", inquiry, name="inquiry"),
    path("leads/", include("furrow.leads.urls")),
    path("referrals/", include((urls_of(REFERRALS), "referrals"))),
    path("", include("furrow.planning.urls")),
    path("api/", include(api.urls())),
]

handler400 = "furrow.config.errors.bad_request"
handler403 = "furrow.config.errors.permission_denied"
handler404 = "furrow.config.errors.not_found"
handler500 = "furrow.config.errors.server_error"
