"""Who may know what about a contact: sensitive questions, consent, sealed answers, the reading log, keys."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from furrow.contacts import answers, command, services, vault
from furrow.contacts.models import Answer, Reading, ReadingWay
from furrow.contacts.tests.people import PURPOSE, agree, asked, make_contact
from furrow.customers.services import create_customer
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SECRET = "对青霉素过敏，不吃花生"


def reveal(contact: Any, user: User, code: str = "health") -> str | None:
    return answers.read_answers(answers.access_of(contact, user), asked(code), ReadingWay.REVEAL)[0].text


@pytest.fixture
def key_file(tmp_path: Path, settings: Any) -> Path:
    """Keys in a file of their own instead of the environment."""
    settings.ANSWER_KEYS, settings.ANSWER_KEYS_FILE = "", str(tmp_path / "keys" / "main.keys")
    return vault.create_keys()


def test_a_sensitive_question_needs_switch_purpose_and_consent(cast: Cast) -> None:
    contact = make_contact(cast)
    with pytest.raises(answers.NotAsked):
        answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    with pytest.raises(PermissionDenied):
        answers.switch_on(asked("health"), purpose=PURPOSE, by=cast.manager)
    with pytest.raises(ValidationError):
        answers.switch_on(asked("health"), purpose=" ", by=cast.administrator)
    answers.switch_on(asked("health"), purpose=PURPOSE, by=cast.administrator)
    with pytest.raises(answers.NotAsked):
        answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    agree(contact, cast)
    answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    assert reveal(contact, cast.rep) == SECRET


def test_another_purpose_ends_the_consent(cast: Cast) -> None:
    contact = make_contact(cast)
    agree(contact, cast)
    answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    answers.switch_on(asked("health"), purpose="用于广告推送", by=cast.administrator)
    with pytest.raises(answers.NotAsked):
        reveal(contact, cast.rep)
    answers.switch_on(asked("health"), purpose=PURPOSE, by=cast.administrator)
    assert reveal(contact, cast.rep) == SECRET
    answers.switch_off(asked("health"), by=cast.administrator)
    with pytest.raises(answers.NotAsked):
        reveal(contact, cast.administrator)


@pytest.mark.parametrize("erase", [True, False])
def test_withdrawing_locks_or_erases(cast: Cast, erase: bool) -> None:
    contact = make_contact(cast)
    consent = agree(contact, cast)
    answers.answer_question(contact, asked("health"), "一", by=cast.rep)
    answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    answers.withdraw_consent(consent, erase=erase, by=cast.rep)
    with pytest.raises(answers.NotAsked):
        reveal(contact, cast.administrator)
    assert Answer.objects.filter(contact=contact).count() == (0 if erase else 2)
    agree(contact, cast)
    if not erase:
        assert reveal(contact, cast.rep) == SECRET


def test_consent_needs_words_evidence_and_a_day_that_has_come(cast: Cast) -> None:
    contact = make_contact(cast)
    answers.switch_on(asked("health"), purpose=PURPOSE, by=cast.administrator)
    good = {
        "way": "paper",
        "wording": "同意",
        "evidence": "7 号",
        "given_on": timezone.localdate(),
        "by": cast.rep,
    }
    for wrong in ({"wording": " "}, {"evidence": ""}, {"given_on": timezone.localdate() + timedelta(days=2)}):
        with pytest.raises(ValidationError):
            answers.record_consent(contact, [asked("health")], **{**good, **wrong})
    with pytest.raises(ValidationError):
        answers.record_consent(contact, [asked("religion")], **good)
    with pytest.raises(PermissionDenied):
        answers.record_consent(contact, [asked("health")], **{**good, "by": cast.clerk})


@pytest.mark.parametrize(
    ("who", "normal", "personal", "sensitive"),
    [
        ("rep", True, True, True),
        ("manager", True, True, True),
        ("administrator", True, True, True),
        ("clerk", True, False, False),
        ("finance", True, False, False),
        ("read_only", True, False, False),
    ],
)
def test_personal_answers_are_not_for_every_role(
    cast: Cast, client_of: Any, who: str, normal: bool, personal: bool, sensitive: bool
) -> None:
    contact = make_contact(cast)
    agree(contact, cast)
    for code, text in (
        ("key_problems", "NORMALTEXT"),
        ("marriage", "PERSONALTEXT"),
        ("health", "SENSITIVETEXT"),
    ):
        answers.answer_question(contact, asked(code), text, by=cast.rep)
    client = client_of(getattr(cast, who))
    html = client.get(reverse("contacts:profile", args=[contact.pk])).content.decode()
    assert ("NORMALTEXT" in html) is normal
    assert ("PERSONALTEXT" in html) is personal
    assert "SENSITIVETEXT" not in html
    shown = client.post(reverse("contacts:question", args=[contact.pk, "health"]))
    assert ("SENSITIVETEXT" in shown.content.decode()) is sensitive
    printed = client.get(reverse("contacts:print_profile", args=[contact.pk])).content.decode()
    assert ("PERSONALTEXT" in printed) is personal and "SENSITIVETEXT" not in printed


def test_every_reading_is_logged_and_a_reveal_by_itself(cast: Cast, client_of: Any) -> None:
    contact = make_contact(cast)
    agree(contact, cast)
    answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    answers.answer_question(contact, asked("key_problems"), "库存", by=cast.rep)
    client = client_of(cast.manager)
    client.get(reverse("contacts:profile", args=[contact.pk]))
    client.get(reverse("contacts:question", args=[contact.pk, "health"]))  # asks, shows nothing
    (opened,) = Reading.objects.all()
    assert (opened.by, opened.way, opened.questions, opened.sensitive) == (
        cast.manager,
        "profile",
        ["key_problems"],
        False,
    )
    client.post(reverse("contacts:question", args=[contact.pk, "health"]))
    revealed = Reading.objects.latest("pk")
    assert (revealed.by, revealed.way, revealed.questions, revealed.sensitive) == (
        cast.manager,
        "reveal",
        ["health"],
        True,
    )


def test_history_is_kept_and_an_empty_answer_ends_the_last(cast: Cast) -> None:
    contact = make_contact(cast)
    for text in ("库存积压", "价格太乱"):
        answers.answer_question(contact, asked("key_problems"), text, by=cast.rep)
    known = answers.read_answers(
        answers.access_of(contact, cast.rep), asked("key_problems"), ReadingWay.HISTORY
    )
    assert [one.text for one in known] == ["价格太乱", "库存积压"]
    answers.answer_question(contact, asked("key_problems"), "  ", by=cast.rep)
    assert answers.answered_at(contact) == {}
    assert Answer.objects.filter(contact=contact).count() == 2


@pytest.mark.parametrize("text", ["👩‍👩‍👧 喜欢钓鱼", "\u202eabc", "a\tb", "𠀀" * 2000])
def test_any_text_is_kept_as_it_is(cast: Cast, text: str) -> None:
    contact = make_contact(cast)
    answers.answer_question(contact, asked("hobbies"), text, by=cast.rep)
    assert reveal(contact, cast.rep, "hobbies") == text.strip()


def test_a_long_answer_is_refused(cast: Cast, client_of: Any) -> None:
    contact, text = make_contact(cast), "x" * (answers.LONGEST_ANSWER + 1)
    with pytest.raises(ValidationError):
        answers.answer_question(contact, asked("hobbies"), text, by=cast.rep)
    answer = client_of(cast.rep).post(
        reverse("contacts:profile", args=[contact.pk]), {"question": "hobbies", "text": text}
    )
    assert answer.status_code == 422 and Answer.objects.count() == 0


def test_a_stolen_database_shows_no_answer(cast: Cast) -> None:
    """Every value of every table is searched: no answer stands anywhere in the clear."""
    contact = make_contact(cast)
    agree(contact, cast)
    answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    answers.answer_question(contact, asked("key_problems"), "UNREADABLEWORDS", by=cast.rep)
    needles = [SECRET, "UNREADABLEWORDS"]
    from furrow.contacts.tests.walk import traces

    assert traces(needles) == []


def test_the_change_history_names_questions_and_customers(cast: Cast, client_of: Any) -> None:
    contact = make_contact(cast)
    answers.answer_question(contact, asked("hobbies"), "钓鱼", by=cast.rep)
    other = create_customer(by=cast.rep, name="云丰通讯", owner=cast.rep)
    services.link_customer(contact, other, role="shop", is_main=True, by=cast.rep)
    told = client_of(cast.rep).get(f"/contacts/{contact.pk}/history/").content.decode()
    assert f"Answer recorded</b> {cast.rep.name}" in told and asked("hobbies").label in told
    assert "云丰通讯" in told and "Shop floor (Main contact)" in told and "钓鱼" not in told


def test_without_the_key_nothing_opens_and_nothing_is_lost(
    cast: Cast, key_file: Path, client_of: Any
) -> None:
    contact = make_contact(cast)
    answers.answer_question(contact, asked("key_problems"), "库存积压", by=cast.rep)
    saved = key_file.read_bytes()
    key_file.unlink()
    page = client_of(cast.rep).get(reverse("contacts:profile", args=[contact.pk]))
    assert (
        page.status_code == 200
        and "库存积压" not in page.content.decode()
        and str(key_file) in page.content.decode()
    )
    refused = client_of(cast.rep).post(
        reverse("contacts:profile", args=[contact.pk]), {"question": "hobbies", "text": "钓鱼"}
    )
    assert refused.status_code == 422 and Answer.objects.count() == 1
    key_file.write_bytes(saved)
    os.chmod(key_file, 0o600)
    assert reveal(contact, cast.rep, "key_problems") == "库存积压"


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_a_key_file_others_can_read_is_refused(key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600
    key_file.chmod(0o640)
    with pytest.raises(vault.VaultError):
        vault.keys()


@pytest.mark.parametrize(
    "text", ["", "abc", "a b c", "one " + "x" * 44, "a " + "A" * 43 + "=\na " + "B" * 43 + "=", "é x"]
)
def test_damaged_key_files_are_refused(key_file: Path, text: str) -> None:
    key_file.write_text(text)
    with pytest.raises(vault.VaultError):
        vault.keys()


def test_an_answer_moved_to_another_row_does_not_open(cast: Cast) -> None:
    one, other = make_contact(cast), make_contact(cast, name="李四", phone="")
    for contact in (one, other):
        answers.answer_question(contact, asked("key_problems"), contact.name, by=cast.rep)
    sealed = Answer.objects.get(contact=one).sealed
    Answer.objects.filter(contact=other).update(sealed=sealed)
    (known,) = answers.read_answers(
        answers.access_of(other, cast.rep), asked("key_problems"), ReadingWay.HISTORY
    )
    assert known.text is None and known.problem


def test_rotation_seals_everything_anew_and_goes_on_where_it_stopped(cast: Cast, key_file: Path) -> None:
    contact = make_contact(cast)
    for number in range(7):
        answers.answer_question(contact, asked("hobbies"), f"爱好 {number}", by=cast.rep)
    old = vault.keys().current
    new = vault.add_key()
    assert answers.reseal_some(3) == 3  # and here the machine stops
    assert answers.sealed_by_key() == {old: 4, new: 3}
    assert command.rotate(step=3) == 4  # no third key: it finishes
    assert answers.sealed_by_key() == {new: 7}
    known = answers.read_answers(answers.access_of(contact, cast.rep), asked("hobbies"), ReadingWay.HISTORY)
    assert [one.text for one in known] == [f"爱好 {number}" for number in reversed(range(7))]
    assert command.run_keys_cli(["forget"]) == 0
    assert list(vault.keys().known) == [new] and reveal(contact, cast.rep, "hobbies") == "爱好 6"
    third = command.rotate()
    assert third == 7 and vault.keys().current != new


def test_a_rotation_without_the_old_key_changes_nothing(cast: Cast, key_file: Path) -> None:
    contact = make_contact(cast)
    answers.answer_question(contact, asked("hobbies"), "钓鱼", by=cast.rep)
    sealed = bytes(Answer.objects.get().sealed)
    key_file.unlink()
    vault.create_keys()
    assert command.run_keys_cli(["rotate"]) == 1
    assert bytes(Answer.objects.get().sealed) == sealed


def test_reading_costs_the_same_for_few_and_many_answers(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    contact = make_contact(cast)
    for question in answers.access_of(contact, cast.rep).seen:
        answers.answer_question(contact, question, question.code, by=cast.rep)
    with django_assert_max_num_queries(4):
        access = answers.access_of(contact, cast.rep)
        assert len(answers.read_profile(access, ReadingWay.PROFILE)) == 58
