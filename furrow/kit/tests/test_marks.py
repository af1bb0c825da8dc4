"""The marks of the house."""

from __future__ import annotations

import re

from furrow.kit import marks


def test_each_number_of_a_phone_field_calls() -> None:
    def called(phone: str) -> list[str]:
        return re.findall(r'href="tel:([^"]*)"', marks.phone_links(phone))

    assert called("138-0000-1234、027 8555 0000") == ["138-0000-1234", "02785550000"]
    assert called("13800001234 13900001234/85550000") == ["13800001234", "13900001234", "85550000"]
    assert marks.phone_links("") == "—"
    assert "<script>" not in marks.phone_links("1<script>2")
