"""Addresses of what is not everyday; accounts, invoices and payments have the everyday ones beside them (config/urls.py)."""

from django.urls import path

from furrow.receivables import collecting_views, views

app_name = "receivables"
urlpatterns = [
    path("collecting/", collecting_views.to_collect, name="collecting"),
    path("hours/", collecting_views.hours, name="hours"),
    path("hours/<int:pk>/end/", collecting_views.end_hours, name="end_hours"),
    path("aging/", views.aging, name="aging"),
    path("policy/", views.policy, name="policy"),
    path("journal/", views.accounting, name="journal"),
    path("write-offs/", views.waiting, name="write_offs"),
    path("write-offs/<int:pk>/decide/", views.decide, name="decide"),
    path("accounts/<int:pk>/ledger/", views.ledger, name="ledger"),
    path("accounts/<int:pk>/pay/", views.pay, name="pay"),
    path("accounts/<int:pk>/limit/", views.limit, name="limit"),
    path("accounts/<int:pk>/limit/end/", views.end_limit, name="end_limit"),
    path("accounts/<int:pk>/stop/", views.stop, name="stop"),
    path("accounts/<int:pk>/promise/", collecting_views.promise, name="promise"),
    path("accounts/<int:pk>/step/", collecting_views.step, name="step"),
    path("accounts/<int:pk>/letter/<int:level>/", collecting_views.letter, name="letter"),
    path("promises/<int:pk>/withdraw/", collecting_views.withdraw, name="withdraw"),
    path("payments/<int:pk>/allocate/", views.allocate, name="allocate"),
    path("payments/<int:pk>/refund/", views.refund, name="refund"),
    path("payments/<int:pk>/reverse/", views.reverse_payment, name="reverse_payment"),
    path("allocations/<int:pk>/undo/", views.undo_allocation, name="undo_allocation"),
    path("invoices/<int:pk>/reverse/", views.reverse_invoice, name="reverse_invoice"),
    path("invoices/<int:pk>/write-off/", views.write_off, name="write_off"),
]
