"""A lead of the rep with its sheet, referral and all that hangs on it, for tests/addresses.py."""

from __future__ import annotations

from django.utils import timezone

from furrow.catalog.services import brand_named
from furrow.leads import feedback, handover, referring, services, tabling
from furrow.leads.course_models import SheetKind
from furrow.leads.table_models import ValidLine
from furrow.records.importing.services import take_file
from furrow.records.models import SavedView
from tests.cast import Cast

FILE = "客户名称,电话,地区\n后湖数码,13900001111,武汉市江岸区\n".encode()


def things(cast: Cast) -> dict[str, object]:
    services.seed_channels()
    channel = services.shipped_channel("hotline")
    lead = services.record_lead(
        by=cast.clerk, channel=channel, name="解放大道通讯", phone="13900002222", situation="想做代理"
    )
    sheet = handover.make_sheet(SheetKind.NOW, by=cast.clerk)
    handover.assign_lead(lead, cast.rep, by=cast.director)
    referral = referring.ask_referral(by=cast.rep, referrer="周老板")
    pooled = services.record_lead(by=cast.clerk, channel=channel, name="三镇手机", phone="13900003333")
    handover.assign_lead(pooled, cast.rep, by=cast.director)
    feedback.release_lead(pooled, by=cast.rep)
    clerk, head = cast.clerk, cast.administrator
    stop = tabling.save_stop(None, by=clerk, kind="website", name="官网", address="")
    post = tabling.save_post(None, by=clerk, stop=stop, title="招募经销商", address="")
    sweep = tabling.plan_sweep(by=cast.rep, name="后湖大道", rep=cast.rep, shops=[("后湖手机", "")])
    listed = services.record_lead(by=clerk, channel=channel, name="徐东数码", phone="13900004444")
    handover.assign_lead(listed, cast.rep, by=cast.director)
    feedback.report_lead(listed, "valid", by=cast.rep)
    tabling.collect_valid(timezone.localdate(), by=clerk)
    tabling.save_settings(by=head, web_form=True)
    return {
        "leads:tick.pk": stop,
        "leads:trace.pk": post,
        "leads:sweep.pk": sweep,
        "leads:valid_line.pk": ValidLine.objects.get(lead=listed),
        "leads:remove.kind": "channel",
        "leads:remove.pk": channel,
        "leads:director.pk": brand_named("云雀", by=head),
        "leads:pk": lead,
        "leads:name": "report",
        "leads:sheet.pk": sheet,
        "leads:assign_lines.pk": sheet,
        "leads:print_sheet.pk": sheet,
        "leads:pick.pk": pooled,
        "leads:introduce.pk": referral,
        "leads:met.pk": referral,
        "leads:thank.pk": referral,
        "referrals:pk": referral,
        "leads:view_id": SavedView.objects.create(record="leads", name="Mine", owner=cast.rep, query=""),
        "referrals:view_id": SavedView.objects.create(
            record="referrals", name="Mine", owner=cast.rep, query=""
        ),
        "leads:batch_id": take_file("leads", [FILE], "list.csv", by=cast.manager),
    }
