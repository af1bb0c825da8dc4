"""Sums in capitals 大写金额, as a statement of account and a receipt spell them (writing.md)."""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def in_capitals(amount: Decimal) -> str:
    """人民币壹万贰仟叁佰肆拾元伍角整; below zero 人民币负…. Raises ValueError from 10^16 on and for parts of a fen."""
    whole, fen = divmod(int(abs(amount) * 100), 100)
    if abs(amount) * 100 != whole * 100 + fen or whole >= 10**16:
        raise ValueError(f"{amount} cannot be spelt in capitals")
    text = "人民币" + ("负" if amount < 0 else "")
    if whole:
        text += _whole(whole) + "元"
    jiao, single = divmod(fen, 10)
    if not fen:
        return text + ("整" if whole else "零元整")
    if jiao:
        text += DIGITS[jiao] + "角"
    elif whole:
        text += "零"
    return text + (DIGITS[single] + "分" if single else "整")


def _whole(number: int) -> str:
    text, gap = "", False
    for place in range(len(GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * place) % 10**4
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        # 万亿 is followed by 亿 of its own only when there are some: 壹万贰仟亿 needs one 亿, not two.
        unit = GROUPS[place]
        if place == 3 and number // 10**8 % 10**4:
            unit = "万"
        text += _group(group) + unit
        gap = False
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = bool(text)
    return text
