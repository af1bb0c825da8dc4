"""Addresses of the contacts room."""

from django.urls import path

from furrow.contacts import views
from furrow.contacts.pages import RECORD
from furrow.records.addresses import urls_of

app_name = "contacts"
urlpatterns = [
    path("at/<int:customer_id>/", views.new_at, name="new_at"),
    path("customers/", views.customers_found, name="customers_found"),
    path("birthdays/", views.birthdays, name="birthdays"),
    path("book/", views.book, name="book"),
    path("book/chosen/", views.book_of, name="book_of"),
    path("cards/", views.cards_in, name="cards_in"),
    path("cards/chosen/", views.cards_of, name="cards_of"),
    path("questions/", views.question_settings, name="questions"),
    path("questions/<slug:code>/", views.switch, name="switch"),
    path("erasures/", views.erasures, name="erasures"),
    path("erasures/<int:erasure_id>/", views.certificate, name="certificate"),
    path("<int:pk>/card/", views.card, name="card"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/link/<int:link_id>/remove/", views.unlink, name="unlink"),
    path("<int:pk>/profile/", views.profile, name="profile"),
    path("<int:pk>/profile/print/", views.print_profile, name="print_profile"),
    path("<int:pk>/profile/<slug:code>/", views.question_page, name="question"),
    path("<int:pk>/profile/<slug:code>/forget/", views.forget, name="forget"),
    path("<int:pk>/readings/", views.readings, name="readings"),
    path("<int:pk>/consent/", views.consent, name="consent"),
    path("<int:pk>/consent/<int:consent_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/data/", views.personal_data, name="personal_data"),
    path("<int:pk>/erase/", views.erase, name="erase"),
    *urls_of(RECORD),
]
