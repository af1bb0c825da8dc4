"""People and teams: who may change what, and what nobody may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from furrow.kit import audit
from furrow.kit.models import AuditEntry
from furrow.kit.positions import to_wgs84
from furrow.team import services
from furrow.team.access import Role
from furrow.team.models import Team, User
from furrow.team.queries import person_by_token
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
DAY = {
    "start_address": "江汉路 1 号", "longitude": "114.290500", "latitude": "30.590700", "position_system": "gcj02",
    "work_start": "08:30", "work_end": "17:30", "lunch_start": "12:00", "lunch_minutes": "45", "daily_visit_limit": "12",
}  # fmt: skip


def person_data(person: User, **changes: Any) -> dict[str, Any]:
    team = person.team.pk if person.team else ""
    return {
        "name": person.name,
        "username": person.username,
        "role": person.role,
        "team": team,
        "is_active": "on",
        **DAY,
        **changes,
    }


# Services -----------------------------------------------------------------------------------------


def test_the_last_administrator_stays(cast: Cast) -> None:
    for change in ({"role": Role.REP}, {"is_active": False}):
        with pytest.raises(ValidationError, match="last administrator"):
            services.change_person(cast.administrator, by=None, **change)
    second = services.change_person(cast.manager, by=cast.administrator, role=Role.ADMINISTRATOR)
    services.change_person(cast.administrator, by=second, role=Role.REP)
    with pytest.raises(PermissionDenied):  # no longer one
        services.change_person(
            cast.rep, by=User.objects.get(pk=cast.administrator.pk), role=Role.ADMINISTRATOR
        )


@pytest.mark.parametrize("who", ["rep", "manager", "director", "clerk", "administrator"])
def test_nobody_raises_their_own_role(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    services.change_person(
        cast.finance, by=cast.administrator, role=Role.ADMINISTRATOR
    )  # so the last one is not the reason
    with pytest.raises((PermissionDenied, ValidationError)):
        services.change_person(
            user, by=user, role=Role.MANAGER if who == "administrator" else Role.ADMINISTRATOR
        )
    assert User.objects.get(pk=user.pk).role == user.role


def test_a_password_reset_withdraws_token_and_calendar_address(cast: Cast) -> None:
    services.issue_api_token(cast.rep, by=cast.rep)
    before = User.objects.get(pk=cast.rep.pk)
    own = services.change_person(cast.rep, by=cast.rep, password="drei-rote-pferde")
    assert (own.api_token_hash, own.calendar_token) == (before.api_token_hash, before.calendar_token)
    assert audit.history(cast.rep)[0].note == "New password"
    services.change_person(cast.rep, by=cast.administrator, password="vier-rote-pferde")
    reset = User.objects.get(pk=cast.rep.pk)
    assert reset.check_password("vier-rote-pferde") and reset.api_token_hash == ""
    assert reset.calendar_token not in {"", before.calendar_token}
    assert audit.history(cast.rep)[0].note == "New password; API token and calendar address withdrawn"


def test_managers_change_days_only(cast: Cast) -> None:
    assert services.change_person(cast.rep, by=cast.manager, daily_visit_limit=9).daily_visit_limit == 9
    for change in (
        {"role": Role.MANAGER},
        {"team": cast.south},
        {"username": "x"},
        {"is_active": False},
        {"password": "neues-passwort-1"},
    ):
        with pytest.raises(PermissionDenied):
            services.change_person(cast.rep, by=cast.manager, **change)
    with pytest.raises(PermissionDenied):
        services.change_person(cast.rep, by=cast.rep, daily_visit_limit=1)


def test_sign_in_names_differ_by_more_than_capitals(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Someone else"):
        services.create_person(by=cast.administrator, username="REP", name="另一个")
    with pytest.raises(ValidationError, match="Someone else"):
        services.change_person(cast.second_rep, by=cast.administrator, username="Rep")


def test_a_moved_team_takes_its_branch_along(cast: Cast) -> None:
    below = services.create_team(name="一组", parent=cast.north, by=None)
    deeper = services.create_team(name="甲班", parent=below, by=None)
    services.change_team(below, name="二组", parent=cast.south, by=cast.administrator)
    assert Team.objects.get(pk=below.pk).path == f"{cast.south.path}{below.pk}/"
    assert Team.objects.get(pk=deeper.pk).path == f"{cast.south.path}{below.pk}/{deeper.pk}/"
    services.change_person(cast.rep, by=cast.administrator, team=Team.objects.get(pk=deeper.pk))
    assert User.objects.visible_to(cast.other_manager).filter(pk=cast.rep.pk).exists()
    assert not User.objects.visible_to(cast.manager).filter(pk=cast.rep.pk).exists()


def test_a_team_is_no_part_of_itself(cast: Cast) -> None:
    for parent in (cast.company, cast.north):
        with pytest.raises(ValidationError, match="part of itself"):
            services.change_team(cast.company, name="x", parent=parent, by=cast.administrator)
    assert Team.objects.get(pk=cast.company.pk).path == cast.company.path


def test_only_an_empty_team_is_deleted(cast: Cast) -> None:
    for team in (cast.company, cast.north):
        with pytest.raises(ValidationError):
            services.delete_team(team, by=cast.administrator)
    services.delete_team(services.create_team(name="空", parent=None, by=None), by=cast.administrator)
    assert not Team.objects.filter(name="空").exists()


# Pages --------------------------------------------------------------------------------------------


def test_an_administrator_adds_a_person_who_can_sign_in(client_of: ClientOf, cast: Cast) -> None:
    client = client_of(cast.administrator)
    data = {
        "name": "新人",
        "username": "new",
        "password": "drei-rote-pferde",
        "role": "rep",
        "team": cast.north.pk,
        "is_active": "on",
        **DAY,
    }
    weak = client.post(reverse("people:new"), {**data, "password": "short"})
    assert weak.status_code == 422 and "at least 10 characters" in weak.text
    answer = client.post(reverse("people:new"), data)
    person = User.objects.get(username="new")
    assert answer.status_code == 302 and answer["Location"] == reverse("people:page", args=[person.pk])
    assert person.check_password("drei-rote-pferde")
    assert (person.longitude, person.latitude) == pytest.approx(to_wgs84(114.2905, 30.5907, "gcj02"))
    page = client.get(answer["Location"]).text
    assert "114.290500, 30.590700 (GCJ-02)" in page and "08:30–17:30" in page
    # Saving the form again does not move the point.
    client.post(reverse("people:edit", args=[person.pk]), person_data(person, phone="138"))
    again = User.objects.get(pk=person.pk)
    assert (again.phone, again.longitude, again.latitude) == ("138", person.longitude, person.latitude)


def test_a_manager_sets_hours_and_nothing_else(client_of: ClientOf, cast: Cast) -> None:
    client, url = client_of(cast.manager), reverse("people:edit", args=[cast.rep.pk])
    form = client.get(url).text
    assert 'name="daily_visit_limit"' in form and 'name="role"' not in form and 'name="password"' not in form
    answer = client.post(
        url, person_data(cast.rep, role="administrator", username="evil", password="drei-rote-pferde")
    )
    changed = User.objects.get(pk=cast.rep.pk)
    assert answer.status_code == 302 and changed.daily_visit_limit == 12
    assert (changed.role, changed.username, changed.check_password(PASSWORD)) == ("rep", "rep", True)
    assert client.get(reverse("people:edit", args=[cast.other_rep.pk])).status_code == 404


def test_an_administrator_cannot_change_the_own_role_in_the_form(client_of: ClientOf, cast: Cast) -> None:
    url = reverse("people:edit", args=[cast.administrator.pk])
    data = person_data(cast.administrator, role="rep", name="郑凯二")
    del data["is_active"]
    client_of(cast.administrator).post(url, data)
    changed = User.objects.get(pk=cast.administrator.pk)
    assert (changed.name, changed.role, changed.is_active) == ("郑凯二", "administrator", True)


def test_a_form_that_is_out_of_date_overwrites_nothing(client_of: ClientOf, cast: Cast) -> None:
    client = client_of(cast.administrator)
    person, team = reverse("people:edit", args=[cast.rep.pk]), reverse("team:team", args=[cast.north.pk])
    for url, now in ((person, cast.rep.version), (team, cast.north.version)):
        assert f'name="version" value="{now}"' in client.get(url).text
    services.change_person(cast.rep, by=cast.manager, daily_visit_limit=9)
    services.change_team(cast.north, name="汉口", parent=cast.company, by=cast.administrator)
    late = client.post(person, person_data(cast.rep, phone="139", version=cast.rep.version))
    assert late.status_code == 422 and "someone changed this meanwhile" in late.text
    late = client.post(team, {"name": "晚了", "parent": cast.company.pk, "version": cast.north.version})
    assert late.status_code == 422 and "someone changed this meanwhile" in late.text
    kept = User.objects.get(pk=cast.rep.pk)
    assert (kept.phone, kept.daily_visit_limit) == ("", 9)
    assert Team.objects.get(pk=cast.north.pk).name == "汉口"
    assert client.post(person, person_data(cast.rep, phone="139", version=kept.version)).status_code == 302
    assert User.objects.get(pk=cast.rep.pk).phone == "139"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"work_end": "08:00"}, "Work must end after it begins"),
        ({"lunch_start": "18:00"}, "Lunch must begin within working hours"),
        ({"latitude": ""}, "Fill in both"),
        ({"longitude": "30.59", "latitude": "114.29"}, "look swapped"),
        ({"longitude": "nan"}, "Enter a number"),
        ({"daily_visit_limit": "0"}, "greater than or equal to 1"),
    ],
)
def test_the_form_says_what_is_wrong(
    client_of: ClientOf, cast: Cast, changes: dict[str, str], said: str
) -> None:
    answer = client_of(cast.manager).post(
        reverse("people:edit", args=[cast.rep.pk]), person_data(cast.rep, **changes)
    )
    assert answer.status_code == 422 and said in answer.text


def test_the_list_counts_customers_and_finds_people(client_of: ClientOf, cast: Cast) -> None:
    for number in range(3):
        cast.rep.customers.create(code=f"K{number}", name="店")
    page = client_of(cast.administrator).get(reverse("people:list")).text
    assert '<td class="n wide">3</td>' in page
    for text in ("李伟", "liwei", "lw", "REP"):
        assert "李伟" in client_of(cast.administrator).get(reverse("people:list"), {"q": text}).text, text
    assert "赵磊" not in client_of(cast.manager).get(reverse("people:list")).text
    assert (
        client_of(cast.manager).get(reverse("people:list"), {"q": "赵磊"}).text.count("赵磊") == 1
    )  # the search box


def test_people_are_not_deleted(client_of: ClientOf, cast: Cast) -> None:
    assert client_of(cast.manager).post(reverse("people:delete", args=[cast.rep.pk])).status_code == 403
    answer = client_of(cast.administrator).post(reverse("people:delete", args=[cast.rep.pk]), follow=True)
    assert "Switch off their sign-in instead" in answer.text and User.objects.filter(pk=cast.rep.pk).exists()


def test_the_team_page_adds_moves_and_deletes(client_of: ClientOf, cast: Cast) -> None:
    client = client_of(cast.administrator)
    client.post(reverse("team:teams"), {"name": "一组", "parent": cast.north.pk})
    team = Team.objects.get(name="一组")
    assert team.path == f"{cast.north.path}{team.pk}/"
    twin = client.post(reverse("team:teams"), {"name": "一组", "parent": cast.north.pk})
    assert twin.status_code == 422 and "same place" in twin.text
    client.post(reverse("team:team", args=[team.pk]), {"name": "二组", "parent": cast.south.pk})
    team.refresh_from_db()
    assert (team.name, team.parent) == ("二组", cast.south)
    client.post(reverse("team:delete_team", args=[team.pk]))
    assert not Team.objects.filter(pk=team.pk).exists()
    assert client_of(cast.director).get(reverse("team:teams")).status_code == 403


def test_tokens_belong_to_the_signed_in_person(client_of: ClientOf, cast: Cast) -> None:
    client, old_feed = client_of(cast.rep), cast.rep.calendar_token
    shown = client.post(reverse("team:issue_token"))
    token = shown.text.split('id="token" readonly value="')[1].split('"')[0]
    assert "no-store" in shown["Cache-Control"]
    assert person_by_token(services.token_hash(token)) == cast.rep
    assert token not in client.get(reverse("team:profile")).text
    client.post(reverse("team:revoke_token"))
    assert person_by_token(services.token_hash(token)) is None
    client.post(reverse("team:renew_calendar"))
    assert User.objects.get(pk=cast.rep.pk).calendar_token != old_feed


# Adding reps --------------------------------------------------------------------------------------


def test_open_posts_are_reps_who_cannot_sign_in(cast: Cast) -> None:
    services.create_person(by=None, name="x", username="REP-2", role=Role.REP, team=cast.south)
    with translation.override("zh-hans"):
        made = services.create_open_posts(2, team=cast.north, by=cast.manager)
        more = services.create_open_posts(1, team=cast.north, by=cast.manager)
    assert [(p.name, p.username) for p in made] == [("待定业务员 1", "rep-1"), ("待定业务员 3", "rep-3")]
    assert more[0].name == "待定业务员 4"
    assert all(p.role == Role.REP and p.team == cast.north and not p.has_start_point for p in made)
    assert not any(p.has_usable_password() for p in made)
    assert AuditEntry.objects.filter(object_id=made[0].pk, action="create").exists()
    with pytest.raises(ValidationError, match="At most 50"):
        services.create_open_posts(51, team=cast.north, by=cast.manager)


def test_who_may_add_whom(cast: Cast) -> None:
    def add(by: User, role: Role, team: Team | None) -> User:
        name = f"p{User.objects.count()}"
        return services.create_person(by=by, name=name, username=name, role=role, team=team)

    assert add(cast.manager, Role.REP, cast.north).team == cast.north
    assert add(cast.director, Role.REP, cast.south).team == cast.south
    assert add(cast.administrator, Role.MANAGER, None).role == Role.MANAGER
    refused = [
        (cast.manager, Role.REP, cast.south),
        (cast.manager, Role.REP, cast.company),
        (cast.manager, Role.REP, None),
        (cast.manager, Role.MANAGER, cast.north),
        (cast.director, Role.ADMINISTRATOR, cast.north),
        (cast.rep, Role.REP, cast.north),
        (cast.clerk, Role.REP, cast.north),
    ]
    for by, role, team in refused:
        with pytest.raises(PermissionDenied):
            add(by, role, team)
    with pytest.raises(PermissionDenied):
        services.create_open_posts(1, team=cast.south, by=cast.manager)


def test_a_manager_adds_a_rep_in_the_people_list(client_of: ClientOf, cast: Cast) -> None:
    client, address = client_of(cast.manager), reverse("people:new")
    assert address in client.get(reverse("people:list")).text
    form = client.get(address).context["form"]
    assert not {"role", "is_active"} & set(form.fields)
    assert set(form.fields["team"].queryset) == {cast.north}
    data = {
        "name": "何洁",
        "username": "hejie",
        "password": "three-plain-words",
        "team": cast.north.pk,
        **DAY,
    }
    refused = client.post(address, {**data, "team": cast.south.pk})
    assert refused.status_code == 422
    client.post(address, {**data, "role": Role.ADMINISTRATOR, "is_active": ""})
    made = User.objects.get(username="hejie")
    assert (made.role, made.team, made.is_active) == (Role.REP, cast.north, True)
    assert client_of(cast.rep).get(address).status_code == 403


def test_people_go_by_pinyin(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.administrator).get("/people/").text
    places = [page.index(f">{name}</a>") for name in ("陈静", "黄洁", "李伟", "王强", "郑凯", "周敏")]
    assert places == sorted(places)
    names = [person.name for person in User.objects.filter(team=cast.company)]
    assert names == ["黄洁", "孙丽", "吴涛", "郑凯", "周敏"]  # by code point 吴 周 孙 郑 黄
    services.change_person(cast.clerk, by=cast.administrator, name="左丽")
    assert User.objects.filter(team=cast.company).last() == cast.clerk
