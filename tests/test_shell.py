"""The frame around every page: sign-in, language, theme, menu, Ctrl-K, errors, messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from furrow.config import errors, menu
from furrow.kit.flash import flash, flash_of
from furrow.kit.shell import Card, Figure, PaletteItem, Step
from tests.addresses import addresses
from tests.cast import PASSWORD
from tests.test_access import committed

LANGUAGE = settings.LANGUAGE_COOKIE_NAME


@pytest.fixture
def fresh_frame() -> Iterator[None]:
    """Templates compiled anew, before and after, so that {% once %} has made no menu yet and keeps none of the test's."""
    loaders = engines["django"].engine.template_loaders
    for loader in loaders:
        loader.reset()
    yield
    for loader in loaders:
        loader.reset()


def sign_in(client: Client, username: str, password: str = PASSWORD, **values: str) -> HttpResponse:
    return client.post(reverse("team:sign_in"), {"username": username, "password": password, **values})


def test_a_guest_is_led_to_sign_in_and_back(cast):
    client = Client()
    assert client.get("/settings/").headers["Location"] == "/sign-in/?next=/settings/"
    assert sign_in(client, "Manager", next="/settings/").headers["Location"] == "/settings/"


def test_wrong_password_says_what_to_do(cast):
    client = Client(headers={"accept-language": "en"})
    answer = sign_in(client, "manager", "wrong")
    assert "Name and password do not match" in answer.content.decode()
    assert 'value="manager"' in answer.content.decode()


def test_too_many_wrong_passwords_pause_the_name(cast):
    client = Client()
    answers = [sign_in(client, "manager", "wrong") for _try in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1].status_code == 429
    assert "15 分钟" in answers[-1].content.decode()
    assert sign_in(client, "manager").status_code == 429


def test_wrong_passwords_count_against_the_name_in_whatever_case(cast):
    client = Client()
    names = ("manager", "Manager", "mAnager", "MANAGER")
    answers = [sign_in(client, names[i % 4], "wrong") for i in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1].status_code == 429
    assert sign_in(client, "managEr").status_code == 429


def test_sign_in_speaks_the_users_language(cast):
    cast.manager.language = "en"
    cast.manager.save()
    client = Client()
    assert "登录" in client.get(reverse("team:sign_in")).content.decode()
    assert sign_in(client, "manager").cookies[LANGUAGE].value == "en"
    assert '<html lang="en"' in client.get("/").content.decode()


def test_language_is_kept_on_device_and_user(cast):
    client = Client()
    client.force_login(cast.rep, backend="furrow.team.backends.PeopleBackend")
    answer = client.post(reverse("team:language"), {"language": "en", "next": "/settings/"})
    assert answer.headers["Location"] == "/settings/"
    assert answer.cookies[LANGUAGE].value == "en"
    cast.rep.refresh_from_db()
    assert cast.rep.language == "en"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_switches_never_lead_elsewhere(db, target):
    assert Client().post(reverse("team:theme"), {"theme": "dark", "next": target}).headers["Location"] == "/"


def test_unknown_choices_change_nothing(cast, client_of):
    client = client_of(cast.rep)
    assert LANGUAGE not in client.post(reverse("team:language"), {"language": "fr"}).cookies
    client.post(reverse("team:theme"), {"theme": "pink"})
    cast.rep.refresh_from_db()
    assert cast.rep.theme == "system"


def test_theme_is_set_before_the_first_paint(cast, client_of):
    client = client_of(cast.rep)
    assert "data-follow-system" in client.get("/").content.decode()
    client.post(reverse("team:theme"), {"theme": "dark"})
    page = client.get("/").content.decode()
    assert 'data-bs-theme="dark"' in page
    assert "data-follow-system" not in page


def test_profile_changes_the_password(cast, client_of):
    client = client_of(cast.rep)
    wrong = client.post(reverse("team:profile"), {"old": "no", "new": "barley-field-43"})
    assert "This is not your current password" in wrong.content.decode()
    answer = client.post(reverse("team:profile"), {"old": PASSWORD, "new": "barley-field-43"}, follow=True)
    assert "Password changed" in answer.content.decode()
    assert sign_in(Client(), "rep", "barley-field-43").status_code == 302


def test_every_menu_entry_leads_somewhere_for_everybody_who_sees_it(cast, client_of):
    for name, user in cast.people().items():
        client = client_of(user)
        page = client.get("/")
        for url in set(re.findall(r'<a (?:class="e" )?href="(/[^"#]*)"', page.content.decode())):
            assert client.get(url).status_code == 200, (name, url)


def test_menu_hides_what_a_role_may_not(cast, client_of, monkeypatch, fresh_frame):
    monkeypatch.setattr(
        menu,
        "MENU",
        [*menu.MENU, menu.Entry("x", "Only for planners", "users", "settings", "planning.publish")],
    )
    assert "Only for planners" in client_of(cast.manager).get("/").content.decode()
    assert "Only for planners" not in client_of(cast.rep).get("/").content.decode()


def test_the_frame_costs_no_query_beyond_the_session_and_the_user(cast, client_of):
    client = client_of(cast.rep)
    client.get("/settings/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/settings/")
    assert len(queries) <= 2


def test_pages_obey_the_content_security_policy(cast, client_of):
    for url in ("/", "/settings/", "/profile/", "/palette/", "/sign-in/", "/nowhere/"):
        page = client_of(None if url == "/sign-in/" else cast.manager).get(url).content.decode()
        assert not re.search(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)', page), url


@pytest.mark.parametrize("typed", ["设置", "shezhi", "sz", "SETT", "ｓｚ"])
def test_palette_finds_pages_in_both_languages_and_by_pinyin(cast, client_of, typed):
    page = client_of(cast.rep).get("/palette/", {"q": typed}, headers={"HX-Request": "true"}).content.decode()
    assert 'href="/settings/"' in page
    assert 'role="option"' in page


def _people(user, text, limit):
    return [PaletteItem(f"{text} <1>", "/settings/", "A"), PaletteItem("two", "/settings/")][:limit]


def test_palette_asks_the_rooms(cast, client_of, monkeypatch):
    monkeypatch.setattr(menu, "PALETTE", [f"{__name__}._people"])
    page = client_of(cast.rep).get("/palette/", {"q": "zzqq"}).content.decode()
    assert "zzqq &lt;1&gt;" in page
    assert "two" in page
    assert "Nothing found" not in page


def _import(user):
    return Step(
        "Import",
        "Bring a list",
        "/settings/",
        "Import customers",
        "file-import",
        done=user.username != "rep",
        result="600",
    )


def _nothing(user):
    return None


def _card(user):
    return Card("Plan", (Figure("Visits", "12", "h", "of 14"),), "/settings/", "Open the plan")


def test_home_shows_first_steps_until_done_and_cards(cast, client_of, monkeypatch):
    monkeypatch.setattr(menu, "HOME_STEPS", [f"{__name__}._import", f"{__name__}._nothing"])
    monkeypatch.setattr(menu, "HOME_CARDS", [f"{__name__}._card", f"{__name__}._nothing"])
    page = client_of(cast.rep).get("/").content.decode()
    assert page.count("btn-primary") == 1
    assert "Import customers" in page
    assert "Open the plan" in page
    assert "First steps" not in client_of(cast.manager).get("/").content.decode()


def test_not_found_in_both_languages(cast):
    client = Client()
    client.force_login(cast.rep, backend="furrow.team.backends.PeopleBackend")
    assert "未找到" in client.get("/nowhere/").content.decode()
    client.cookies[LANGUAGE] = "en"
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "Not found" in answer.content.decode()


def test_broken_page_needs_neither_database_nor_user():
    request = RequestFactory().get("/customers/", headers={"accept-language": "en"})
    answer = errors.server_error(request)  # without the db fixture any query fails
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Sorry, this page broke down" in page
    assert 'href="/customers/"' in page
    with translation.override("zh-hans"):
        chinese = errors.server_error(RequestFactory().get("/", headers={"accept-language": "zh-CN"}))
    assert "抱歉，这个页面出错了" in chinese.content.decode()


def test_htmx_gets_a_message_not_a_page():
    request = RequestFactory().get("/x", headers={"HX-Request": "true", "accept-language": "en"})
    answer = errors.permission_denied(request, PermissionDenied())
    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "#flashes"
    assert "<html" not in answer.content.decode()


def test_htmx_of_an_ended_session_loads_the_sign_in_page(db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/settings/"}
    answer = Client(headers=headers).get(reverse("team:sign_in"))
    assert answer.headers["HX-Redirect"].startswith("/sign-in/?next=")


def test_form_without_token_is_refused_politely(cast):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = sign_in(client, "manager")
    assert answer.status_code == 403
    assert "This form is no longer valid" in answer.content.decode()


def test_message_keeps_its_way_back(cast, client_of):
    request = RequestFactory().get("/")
    request.session = SessionStore()
    from django.contrib.messages.storage.session import SessionStorage

    request._messages = SessionStorage(request)
    flash(request, "Deleted “<b>”", label="Undo", url="/undo/7/")
    flash(request, "Not saved", kind="bad")
    said = list(get_messages(request))
    assert flash_of(said[0]).post
    page = render_to_string("kit/flashes.html", {"messages": said, "oob": True})
    assert 'action="/undo/7/"' in page
    assert "&lt;b&gt;" in page
    assert "fr-flash bad" in page
    assert 'hx-swap-oob="beforeend"' in page


def test_health_answers_without_sign_in(db):
    assert Client().get("/healthz").content == b"ok"


def test_buttons_of_the_menu_send_one_form_that_knows_the_page(client_of, cast):
    client = client_of(cast.manager)
    text = client.get("/people/?q=a&sort=name").text
    assert text.count('<form id="me" method="post"') == 1
    assert 'name="next" value="/people/?q=a&amp;sort=name"' in text
    for name in ("team:theme", "team:language", "team:sign_out"):
        assert f'form="me" formaction="{reverse(name)}"' in text
    answer = client.post(reverse("team:sign_out"), {"next": "/people/"})
    assert answer.headers["Location"] == reverse("team:sign_in")


def test_frame_shows_each_person_their_own_theme(client_of, cast):
    for person, theme in ((cast.manager, "dark"), (cast.rep, "light")):
        client_of(person).post(reverse("team:theme"), {"theme": theme})
    for person, theme in ((cast.manager, "dark"), (cast.rep, "light"), (cast.manager, "dark")):
        text = client_of(person).get("/people/").text
        assert f'value="{theme}" aria-pressed="true"' in text and person.name in text


# Pages of no entry: what pages ask for by themselves, guests' pages, the phone app.
NO_ENTRY = re.compile(
    r"/(api|palette|healthz|jobs|files|map|calendar|inquiry|sign-in)/?|/field/(?!live|devices)|/$"
)


def _here(route: str, name: str) -> str:
    request = RequestFactory().get(route)
    rooms = name.split(":")[:-1]
    request.resolver_match = SimpleNamespace(namespaces=rooms, url_name=name.split(":")[-1], view_name=name)
    return menu.Shell(request).here


def test_every_page_marks_its_menu_entry():
    opened = {address for address, method, _guest, *who in committed() if method == "GET" and "200" in who}
    here = {each.route: _here(each.route, each.name) for each in addresses() if each.route in opened}
    assert {route for route, key in here.items() if not key and not NO_ENTRY.match(route)} == set()
    expected = {
        "/": "home",
        "/settings/": "settings",
        "/profile/": "settings",
        "/people/<int:pk>/": "people",
        "/teams/<int:pk>/": "settings",
        "/customers/fields/<int:field_id>/": "settings",
        "/customers/<int:pk>/grade/": "customers",
        "/visits/<int:pk>/": "visits",
        "/visits/guide/<str:code>/": "settings",
        "/visits/steps/<str:kind>/": "settings",
        "/price-lists/<int:pk>/edit/": "settings",
        "/plans/<int:pk>/": "plans",
        "/work-calendar/": "settings",
        "/orders/<int:pk>/deliver/": "orders",
        "/deliveries/<int:pk>/sign/": "orders",
        "/invoices/": "accounts",
        "/payments/<int:pk>/": "accounts",
        "/receivables/collecting/": "accounts",
        "/receivables/accounts/<int:pk>/promise/": "accounts",
        "/receivables/policy/": "settings",
        "/leads/pool/": "leads",
        "/leads/rules/": "settings",
        "/referrals/": "leads",
        "/contacts/erasures/<int:erasure_id>/": "settings",
        "/field/live/": "live",
        "/field/devices/": "settings",
    }
    assert {route: here[route] for route in expected} == expected
