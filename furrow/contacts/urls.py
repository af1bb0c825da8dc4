"""Addresses of the contacts room."""

from django.urls import path

from furrow.contacts import card_views, consent_views, person_views, profile_views, views
from furrow.contacts.pages import RECORD
from furrow.records.addresses import urls_of

app_name = "contacts"
urlpatterns = [
    path("at/<int:customer_id>/", views.new_at, name="new_at"),
    path("customers/", views.customers_found, name="customers_found"),
    path("birthdays/", views.birthdays, name="birthdays"),
    path("book/", views.book, name="book"),
    path("book/chosen/", views.book_of, name="book_of"),
    path("cards/", card_views.cards_in, name="cards_in"),
    path("cards/chosen/", card_views.cards_of, name="cards_of"),
    path("questions/", consent_views.question_settings, name="questions"),
    path("questions/<slug:code>/", consent_views.switch, name="switch"),
    path("erasures/", person_views.erasures, name="erasures"),
    path("erasures/<int:erasure_id>/", person_views.certificate, name="certificate"),
    path("<int:pk>/card/", card_views.card, name="card"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/link/<int:link_id>/remove/", views.unlink, name="unlink"),
    path("<int:pk>/profile/", profile_views.profile, name="profile"),
    path("<int:pk>/profile/print/", profile_views.print_profile, name="print_profile"),
    path("<int:pk>/profile/<slug:code>/", profile_views.question_page, name="question"),
    path("<int:pk>/profile/<slug:code>/forget/", profile_views.forget, name="forget"),
    path("<int:pk>/readings/", profile_views.readings, name="readings"),
    path("<int:pk>/consent/", consent_views.consent, name="consent"),
    path("<int:pk>/consent/<int:consent_id>/withdraw/", consent_views.withdraw, name="withdraw"),
    path("<int:pk>/data/", person_views.personal_data, name="personal_data"),
    path("<int:pk>/erase/", person_views.erase, name="erase"),
    *urls_of(RECORD),
]
