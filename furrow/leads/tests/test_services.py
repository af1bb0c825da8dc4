"""From the inquiry to the customer: every service, on whatever database the run uses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from furrow.contacts.models import Contact
from furrow.customers.models import Customer
from furrow.customers.services import change_customer, create_customer
from furrow.kit import audit
from furrow.kit.services import seed_calendar
from furrow.leads import converting, feedback, handover, referring, services, tabling, tasks
from furrow.leads.course_models import HandoverSheet, Holding, SheetKind, SheetLine
from furrow.leads.models import Lead, LeadSettings
from furrow.leads.moving import ChangedElsewhere, Refused
from furrow.leads.states import State
from furrow.leads.table_models import ColdVisit, Referral, ValidLine
from furrow.leads.tests.leads import assigned, enter, sheet, valid
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


# Entry ------------------------------------------------------------------------------------------


def test_a_retry_enters_nothing_twice(cast: Cast) -> None:
    one = enter(cast.clerk, client_id="abc")
    assert enter(cast.clerk, client_id="abc").pk == one.pk
    assert Lead.objects.count() == 1


def test_a_stale_form_changes_nothing(cast: Cast) -> None:
    lead = enter(cast.clerk)
    services.change_lead(lead, by=cast.clerk, version=1, situation="想做代理")
    with pytest.raises(ChangedElsewhere):
        services.change_lead(lead, by=cast.clerk, version=1, situation="别的")
    lead.refresh_from_db()
    assert lead.situation == "想做代理"


def test_merging_fills_gaps_and_can_be_undone(cast: Cast) -> None:
    kept = enter(cast.clerk, "顺达通讯", contact_name="", remark="先来电")
    gone = assigned(cast, contact_name="李店主", remark="再来电", is_urgent=True)
    services.merge_lead(gone, kept, by=cast.director)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.contact_name, kept.remark, kept.is_urgent) == ("李店主", "先来电\n再来电", True)
    assert (gone.state, gone.holder, gone.duplicate_of) == (State.MERGED, None, kept)
    with pytest.raises(Refused):
        services.merge_lead(enter(cast.clerk), gone, by=cast.director)
    services.unmerge_lead(gone, by=cast.director)
    gone.refresh_from_db()
    assert (gone.state, gone.holder) == (State.ASSIGNED, cast.rep)
    with pytest.raises(Refused):
        services.merge_lead(kept, kept, by=cast.director)


def test_a_deleted_lead_comes_back_and_is_in_nobodys_hand(cast: Cast) -> None:
    lead = assigned(cast)
    services.delete_lead(lead, by=cast.director)
    assert not Holding.objects.filter(lead=lead, until=None).exists()
    services.restore_lead(lead, by=cast.director)
    lead.refresh_from_db()
    assert (lead.state, lead.holder) == (State.POOL, None)


# Sheets -----------------------------------------------------------------------------------------


def test_the_sheet_takes_what_waits_and_once_only(cast: Cast) -> None:
    one, two = enter(cast.clerk), enter(cast.clerk, is_urgent=True)
    listed = enter(cast.clerk, channel=services.shipped_channel("bought_list"))
    made = sheet(cast)
    assert [line.lead_id for line in made.lines.all()] == [two.pk, one.pk]
    with pytest.raises(ValidationError):
        sheet(cast)
    listed.refresh_from_db()
    assert listed.state == State.ENTERED
    assert handover.make_sheet(SheetKind.NOW, by=cast.clerk, leads=[listed]).lines.count() == 1


def test_an_urgent_one_given_out_before_stands_on_the_sheet_as_it_is(cast: Cast) -> None:
    lead = assigned(cast, is_urgent=True, entered_afterwards=True)
    sheet(cast)
    lead.refresh_from_db()
    assert (lead.state, lead.holder, lead.entered_afterwards) == (State.ASSIGNED, cast.rep, True)
    assert SheetLine.objects.filter(lead=lead).exists()


def test_the_clock_makes_a_sheet_on_working_days_at_its_hour_once(cast: Cast) -> None:
    seed_calendar([2026])
    enter(cast.clerk)
    assert handover.make_due_sheets(local(2026, 10, 1, 19, 0)) == []  # National Day
    assert [made.kind for made in handover.make_due_sheets(local(2026, 10, 9, 9, 0))] == ["morning"]
    made = handover.make_due_sheets(local(2026, 10, 9, 17, 30))
    assert [(one.kind, one.lines.count()) for one in made] == [("closing", 1)]
    enter(cast.clerk)
    assert handover.make_due_sheets(local(2026, 10, 9, 17, 35)) == []
    assert handover.make_sheet(SheetKind.CLOSING, by=None, at=local(2026, 10, 9, 18, 0)).pk == made[0].pk
    assert HandoverSheet.objects.count() == 2


def test_the_morning_collects_the_cold_visits_of_the_days_before(cast: Cast) -> None:
    seed_calendar([2026])
    early = tabling.register_cold_visit(
        by=cast.rep, client_id="1", name="江岸通讯", at=local(2026, 11, 24, 15, 0)
    )
    tabling.register_cold_visit(by=cast.rep, client_id="2", name="后湖数码", at=local(2026, 11, 25, 8, 0))
    (made,) = handover.make_due_sheets(local(2026, 11, 25, 8, 40))
    assert [line.lead_id for line in made.lines.all()] == [early.lead_id]
    lines = [line.lead for line in made.lines.select_related("lead__channel")]
    assert handover.suggestions(lines, cast.director)[early.lead_id].person == cast.rep.pk  # who found it


def test_a_line_is_never_handed_over_twice(cast: Cast) -> None:
    lead = enter(cast.clerk)
    sheet(cast)
    handover.assign_lead(lead, cast.rep, by=cast.director)
    handover.assign_lead(lead, cast.rep, by=cast.director)  # a retry
    with pytest.raises(Refused, match="李伟"):
        handover.assign_lead(lead, cast.other_rep, by=cast.director)  # somebody who has not seen it
    handover.assign_lead(lead, cast.other_rep, by=cast.director, instead_of=cast.rep.pk)
    assert list(lead.holdings.values_list("holder", "ended")) == [
        (cast.other_rep.pk, ""),
        (cast.rep.pk, "reassigned"),
    ]


def test_the_database_refuses_a_second_hand(cast: Cast) -> None:
    lead = assigned(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(lead=lead, holder=cast.other_rep, since=timezone.now())


def test_nobody_assigns_beyond_their_reach(cast: Cast) -> None:
    lead = enter(cast.clerk)
    with pytest.raises(ValidationError):
        handover.assign_lead(lead, cast.other_rep, by=cast.manager)
    with pytest.raises(ValidationError):
        handover.assign_lead(lead, cast.finance, by=cast.director)


def test_a_sheet_is_signed_when_all_is_settled(cast: Cast) -> None:
    one, two = enter(cast.clerk), enter(cast.clerk)
    made = sheet(cast)
    with pytest.raises(ValidationError):
        handover.sign_sheet(made, by=cast.director)
    assert handover.assign_lines(made, {one.pk: cast.rep, two.pk: cast.second_rep}, by=cast.director) == 2
    assert handover.assign_lines(made, {one.pk: cast.second_rep}, by=cast.director) == 0
    signed = handover.sign_sheet(made, by=cast.director)
    assert signed.signed_by == cast.director
    assert handover.sign_sheet(made, by=cast.manager).signed_by == cast.director


# Feedback ---------------------------------------------------------------------------------------


def test_feedback_is_due_the_next_working_day_and_escalates(cast: Cast) -> None:
    seed_calendar([2026])
    lead = enter(cast.clerk)
    handover.assign_lead(lead, cast.rep, by=cast.director, at=local(2026, 9, 30, 18, 0))
    lead.refresh_from_db()
    assert lead.feedback_due == local(2026, 10, 8, 18, 0)  # over National Day
    assert feedback.escalate_overdue(local(2026, 10, 8, 17, 59)) == 0
    for moment, level, rose in (
        (local(2026, 10, 8, 18, 5), 1, 1),
        (local(2026, 10, 9, 9, 0), 1, 0),
        (local(2026, 10, 12, 9, 0), 2, 1),  # the third working day: 9, 10 (worked Saturday), 12
        (local(2026, 10, 13, 9, 0), 2, 0),
    ):
        assert feedback.escalate_overdue(moment) == rose
        lead.refresh_from_db()
        assert lead.escalation == level
    feedback.report_lead(lead, "valid", by=cast.rep)
    lead.refresh_from_db()
    assert (lead.escalation, lead.feedback_due) == (0, None)
    assert lead.reports.get().was_late


def test_a_result_needs_its_reason_and_comes_once(cast: Cast) -> None:
    lead = assigned(cast)
    for result, values in (("rejected", {}), ("rejected", {"reason": "other"}), ("needs_more", {})):
        with pytest.raises(ValidationError):
            feedback.report_lead(lead, result, by=cast.rep, **values)
    feedback.report_lead(lead, "needs_more", by=cast.rep, text="对方出差")
    lead.refresh_from_db()
    assert lead.state == State.NEEDS_MORE and lead.feedback_due is not None
    feedback.report_lead(lead, "rejected", by=cast.rep, reason="no_need")
    with pytest.raises(Refused):
        feedback.report_lead(lead, "valid", by=cast.rep)
    lead.refresh_from_db()
    assert (lead.state, lead.holder, lead.reports.count()) == (State.REJECTED, cast.rep, 2)


def test_the_first_talk_says_why_its_method(cast: Cast) -> None:
    lead = valid(cast)
    values: dict[str, Any] = {"method": "phone", "at": timezone.now(), "next_step": "寄样机"}
    with pytest.raises(ValidationError):
        feedback.record_talk(lead, by=cast.rep, **values)
    feedback.record_talk(lead, by=cast.rep, method_reason="对方在外地", prospect_class="A", **values)
    feedback.record_talk(lead, by=cast.rep, **values)
    lead.refresh_from_db()
    assert (lead.state, lead.prospect_class, lead.talks.count()) == (State.TALK, "A", 2)
    with pytest.raises(Refused):
        feedback.record_talk(assigned(cast), by=cast.rep, method_reason="x", **values)


def test_idle_leads_go_to_the_pool_and_rest_before_the_same_rep_takes_them(cast: Cast) -> None:
    lead = valid(cast)
    now = timezone.now()
    assert feedback.recycle_idle(now + timedelta(days=9)) == 0
    assert feedback.recycle_idle(now + timedelta(days=11)) == 1
    lead.refresh_from_db()
    assert (lead.state, lead.holder, lead.holdings.get().ended) == (State.POOL, None, "recycled")
    with pytest.raises(Refused):
        feedback.pick_lead(lead, by=cast.rep)
    feedback.pick_lead(lead, by=cast.other_rep)
    feedback.pick_lead(lead, by=cast.other_rep)  # a retry
    with pytest.raises(Refused):
        feedback.pick_lead(lead, by=cast.second_rep)
    assert Holding.objects.filter(lead=lead, until=None).get().holder == cast.other_rep


def test_picks_and_hands_are_limited(cast: Cast) -> None:
    tabling.save_settings(by=cast.administrator, most_picks=1, most_held=2)
    pool = [feedback.release_lead(assigned(cast), by=cast.rep) for _ in range(3)]
    feedback.pick_lead(pool[0], by=cast.other_rep)
    with pytest.raises(Refused, match="1 lead"):
        feedback.pick_lead(pool[1], by=cast.other_rep)
    tabling.save_settings(by=cast.administrator, most_picks=9)
    feedback.pick_lead(pool[1], by=cast.other_rep)
    with pytest.raises(Refused, match="2 leads"):
        feedback.pick_lead(pool[2], by=cast.other_rep)
    assert LeadSettings.objects.count() == 1


def test_reach(cast: Cast) -> None:
    mine, other, waiting = assigned(cast), assigned(cast, cast.other_rep), enter(cast.clerk)
    pooled = feedback.release_lead(assigned(cast), by=cast.rep)
    seen = lambda user: set(Lead.objects.visible_to(user).values_list("pk", flat=True))  # noqa: E731
    assert seen(cast.rep) == {mine.pk}
    assert seen(cast.manager) == {mine.pk, waiting.pk}
    assert seen(cast.other_manager) == {other.pk, waiting.pk}
    assert seen(cast.clerk) == {mine.pk, other.pk, waiting.pk, pooled.pk}
    assert set(Lead.objects.pool_within_reach(cast.second_rep)) == {pooled}
    assert not Lead.objects.pool_within_reach(cast.finance).exists()


# Conversion -------------------------------------------------------------------------------------


def test_a_lead_becomes_customer_contact_and_visit_demand_in_one_step(cast: Cast) -> None:
    lead = valid(cast, name="光谷数码", contact_name="周丽", situation="开店十年", address="珞喻路 1 号")
    feedback.record_talk(
        lead,
        by=cast.rep,
        method="visit",
        method_reason="就在附近",
        at=timezone.now(),
        next_step="签约",
        prospect_class="A",
    )
    with pytest.raises(Refused):
        converting.convert_lead(assigned(cast), by=cast.rep)
    made = converting.convert_lead(lead, by=cast.rep)
    assert converting.convert_lead(lead, by=cast.rep).pk == made.pk  # a retry
    customer = made.customer
    assert (customer.name, customer.owner, customer.visit_grade, customer.note) == (
        "光谷数码",
        cast.rep,
        "A",
        "开店十年",
    )
    link = customer.contact_links.get()
    assert (link.contact.name, link.contact.phone, link.is_main) == ("周丽", lead.phone, True)
    lead.refresh_from_db()
    assert (lead.state, lead.customer, lead.holder) == (State.CONVERTED, customer, cast.rep)
    assert not Holding.objects.filter(lead=lead, until=None).exists()
    with pytest.raises(ValidationError):
        services.delete_lead(lead, by=cast.director)


def test_a_conversion_is_undone_while_nobody_has_worked_on_it(cast: Cast) -> None:
    lead = valid(cast, contact_name="周丽")
    made = converting.convert_lead(lead, by=cast.rep)
    converting.undo_conversion(lead, by=cast.rep)
    lead.refresh_from_db()
    assert (lead.state, lead.customer, lead.holder) == (State.VALID, None, cast.rep)
    assert not Customer.objects.alive().filter(pk=made.customer_id).exists()
    assert not Contact.objects.alive().exists()
    again = converting.convert_lead(lead, by=cast.rep)
    change_customer(again.customer, by=cast.rep, note="去过了")
    with pytest.raises(Refused):
        converting.undo_conversion(lead, by=cast.rep)
    lead.refresh_from_db()
    assert lead.state == State.CONVERTED


def test_a_lead_joins_a_customer_who_is_there(cast: Cast) -> None:
    there = create_customer(by=cast.director, name="江岸通讯", owner=cast.rep)
    lead = valid(cast, contact_name="王敏")
    converting.convert_lead(lead, by=cast.rep, into=there)
    assert Customer.objects.count() == 1
    assert there.contact_links.get().contact.name == "王敏"
    converting.undo_conversion(lead, by=cast.rep)
    assert Customer.objects.alive().count() == 1


# Referrals, cold visits, valid list -------------------------------------------------------------


def test_a_referral_from_ask_to_thanks(cast: Cast) -> None:
    ask = referring.ask_referral(by=cast.rep, referrer="王老板")
    with pytest.raises(Refused):
        referring.thank(ask, "一盒茶", by=cast.rep)
    lead = referring.introduce(ask, by=cast.rep, name="后湖数码")
    assert referring.introduce(ask, by=cast.rep, name="别的").pk == lead.pk
    referring.mark_met(ask, by=cast.rep)
    handover.assign_lead(lead, cast.rep, by=cast.director)
    feedback.report_lead(lead, "valid", by=cast.rep)
    converting.convert_lead(lead, by=cast.rep)
    ask.refresh_from_db()
    assert (ask.step, ask.signed_on) == ("signed", timezone.localdate())
    converting.undo_conversion(lead, by=cast.rep)
    assert Referral.objects.get().step == "met"
    converting.convert_lead(lead, by=cast.rep)
    with pytest.raises(ValidationError):
        referring.thank(ask, " ", by=cast.rep)
    referring.thank(ask, "一盒茶", by=cast.rep)
    assert Referral.objects.get().step == "thanked"
    assert next(entry.action for entry in audit.history(ask)) == "thank"


def test_a_cold_visit_sent_twice_is_one(cast: Cast) -> None:
    sweep = tabling.plan_sweep(
        by=cast.manager, name="后湖", rep=cast.rep, shops=[("后湖数码", "1 号"), ("三镇手机", "")]
    )
    shop = sweep.shops.first()
    one = tabling.register_cold_visit(
        by=cast.rep, client_id="x1", name="后湖数码", position=(114.3, 30.6), attachments=[3, 3, 4], shop=shop
    )
    two = tabling.register_cold_visit(by=cast.rep, client_id="x1", name="后湖数码", shop=shop)
    assert one.pk == two.pk and ColdVisit.objects.count() == Lead.objects.count() == 1
    assert (one.attachments, one.lead.channel.code) == ([3, 4], "sweep")
    again = tabling.register_cold_visit(by=cast.rep, client_id="x2", name="后湖数码", shop=shop)
    assert again.shop is None
    for wrong in ({"position": (500.0, 30.0)}, {"name": " "}):
        with pytest.raises(ValidationError):
            tabling.register_cold_visit(**{"by": cast.rep, "client_id": "x3", "name": "x", **wrong})
    with pytest.raises(ValidationError):
        tabling.plan_sweep(by=cast.manager, name="空", rep=cast.rep, shops=[])


def test_the_weeks_valid_ones_are_listed_once_and_given_out_by_the_brands_director(cast: Cast) -> None:
    from furrow.catalog.services import brand_named, set_director

    brand = brand_named("云雀", by=cast.administrator)
    set_director(brand, cast.manager, by=cast.administrator)
    lead = valid(cast)
    listed = tabling.collect_valid(timezone.localdate(), by=cast.clerk)
    assert tabling.collect_valid(timezone.localdate(), by=cast.clerk).pk == listed.pk
    line = ValidLine.objects.get()
    tabling.split_line(line, brand, by=cast.clerk)
    with pytest.raises(Refused):
        tabling.decide_line(line, cast.second_rep, by=cast.rep)
    tabling.decide_line(line, cast.second_rep, by=cast.manager)
    lead.refresh_from_db()
    assert (lead.holder, lead.state, lead.brand) == (cast.second_rep, State.VALID, brand)


def test_the_tick_may_come_at_any_time(cast: Cast) -> None:
    tasks.tick()
    valid(cast)
    tasks.tick()
    tasks.tick()
    assert HandoverSheet.objects.count() <= 2
