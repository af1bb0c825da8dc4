"""The main job through the browser: an outlet list becomes a published four-week plan, in both languages, with nothing but the screen's own words."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import DESK, PHONE, Watched

Open = Callable[..., Watched]
SHOPS = 36
# One cycle after the other, so that the second run's plan does not meet the first one's.
START = {
    language: date.today() + timedelta(days=7 - date.today().weekday() + ahead)
    for language, ahead in (("en", 0), ("zh", 28))
}
WORDS = {
    "en": {
        "upload": "Upload", "check": "Check first", "import": "Import", "created": "Created", "grade": "Grade", "reason": "Reason",
        "save": "Save grades", "new plan": "New plan", "plan": "Plan routes", "publish": "Publish", "published": "Published", "table": "Table",
        "all": "All that match", "weeks": "All weeks",
    },
    "zh": {
        "upload": "上传", "check": "预检", "import": "导入", "created": "新增", "grade": "定级", "reason": "理由",
        "save": "保存等级", "new plan": "新建计划", "plan": "自动排线", "publish": "发布", "published": "已发布", "table": "表格",
        "all": "全部符合条件的", "weeks": "各周总览",
    },
}  # fmt: skip


def outlet_list(path: Path, name: str) -> Path:
    """A list as a head office sends it: an instruction block, then headers in the sender's own words."""
    chance = random.Random(name)
    lines = ["门店清单,,,,", "请勿修改表头,,,,", ",,,,", "门店编号,门店名称,详细地址,经度,纬度"]
    for number in range(SHOPS):
        lng, lat = 114.28 + chance.uniform(-0.05, 0.05), 30.59 + chance.uniform(-0.04, 0.04)
        lines.append(
            f"{name}-{number:03d},{name}{number}号店,武汉市江汉区解放大道{number}号,{lng:.4f},{lat:.4f}"
        )
    path.write_text("\n".join(lines), encoding="gb18030")
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_list_to_published_plan(open_page: Open, tmp_path: Path, language: str) -> None:
    seen = open_page(viewport=DESK, language=language)
    page, say = seen.page, WORDS[language]
    shop = {"en": "佳讯", "zh": "恒远"}[language]
    seen.sign_in("other_manager")

    seen.go("/customers/import/")
    page.set_input_files("input[type=file]", outlet_list(tmp_path / "清单.csv", shop))
    page.get_by_role("button", name=say["upload"]).click()
    page.get_by_role("button", name=say["check"]).click()
    page.get_by_role("button", name=say["import"], exact=True).click()
    page.locator(".fr-tabs a").first.filter(has_text=str(SHOPS)).wait_for()
    page.wait_for_selector(".fr-job", state="detached", timeout=60_000)
    seen.check()

    seen.go(f"/customers/?q={shop}&grade=none")
    page.locator("[data-tick-all]").check()
    page.get_by_label(say["all"]).check()
    page.locator(".fr-bulk").get_by_role("button", name=say["grade"], exact=True).click()
    page.locator("#grades label", has_text=re.compile("^B$")).click()
    page.get_by_label(say["reason"]).fill("上年销量")
    page.get_by_role("button", name=say["save"]).click()
    page.wait_for_url(lambda url: "/grades" not in url)
    seen.check()

    seen.go("/plans/new/")
    page.fill("input[name=start]", START[language].isoformat())
    page.select_option("select[name=seconds]", "10")
    page.get_by_role("button", name=say["plan"]).click()
    page.get_by_role("button", name=say["publish"], exact=True).wait_for(timeout=120_000)
    seen.check()
    page.get_by_role("link", name=say["table"], exact=True).click()
    page.locator("a[href*='week=0']").first.click()
    page.locator("tbody tr").nth(19).wait_for()
    page.get_by_role("button", name=say["publish"], exact=True).click()
    page.locator("#confirm[open]").get_by_role("button", name=say["publish"]).click()
    page.get_by_text(say["published"], exact=True).first.wait_for()
    seen.check()
    plan = re.search(r"/plans/(\d+)/", page.url)
    assert plan

    seen.go(f"/plans/{plan.group(1)}/print/")
    assert shop in page.content()
    with page.expect_download() as download:
        page.evaluate("address => { window.location.href = address; }", f"/plans/{plan.group(1)}/xlsx/")
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"

    phone = open_page(viewport=PHONE, language=language)
    phone.sign_in("other_rep")
    phone.go("/plans/")
    phone.page.locator("main a[href^='/plans/']").first.click()
    phone.page.locator("h1").wait_for()
    phone.check()
