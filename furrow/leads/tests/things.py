"""A lead of the rep with its sheet, referral and all that hangs on it, for tests/addresses.py."""

from __future__ import annotations

from furrow.leads import feedback, handover, referring, services
from furrow.leads.models import SheetKind
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
    return {
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
