"""The app's small modules as one script, and its sheets without what only the desk needs: a slow line takes one answer sooner than twenty. Pure.

Each module becomes a function that fills its place in the one object `furrow`; what it imports is taken from there. Only the forms of import
and export that the modules use are understood; anything else raises ValueError rather than break on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_IMPORT = re.compile(
    r'import \{([^}]*)\} from "(?:\.|\.\./\w+)/(\w+)\.js";'
)  # ./dom.js, or ../orders/pad.js of another room
_PASSED_ON = re.compile(r'export \{([^}]*)\} from "\./(\w+)\.js";')
_EXPORT = re.compile(r"^export (const|function|async function|class) (\w+)", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_REMARK = re.compile(r"^\s*//.*\n", re.MULTILINE)
_QUOTED, _BEGUN = re.compile(r'"([\w-]+)"'), re.compile(r"`(\w+_)\$\{")
_CSS_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS, _WORD = re.compile(r"\.(fr-[\w-]+)"), re.compile(r"fr-[\w-]+")
_BRACE, _RULE = re.compile(r"[{}]"), re.compile(r"[{;]")
_NESTED = ("@media", "@supports", "@layer")


def bundled(sources: Mapping[str, str], *, known: Iterable[str] = ()) -> str:
    """One script of these modules (name -> text), each after those it imports; `known` are those of a script that ran before."""
    done, parts = set(known), ["globalThis.furrow ||= {};"]

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in done:
            return
        if name in above or name not in sources:
            raise ValueError(f"{above}: {name} is imported in a circle or is not there")
        needs = [found[1] for form in (_IMPORT, _PASSED_ON) for found in form.findall(sources[name])]
        for other in needs:
            add(other, (*above, name))
        done.add(name)
        parts.append(_module(name, sources[name]))

    for name in sources:
        add(name, ())
    return "\n".join(parts) + "\n"


def named(names: Iterable[str], script: str) -> frozenset[str]:
    """Those of `names` that the script may ask for: written out as "name", or begun as `name_${…}`."""
    whole, begun = frozenset(_QUOTED.findall(script)), tuple(_BEGUN.findall(script))
    return frozenset(name for name in names if name in whole or name.startswith(begun))


def _module(name: str, text: str) -> str:
    """A module as a function that is run at once."""
    given = {found[1]: found[1] for found in _EXPORT.findall(text)}
    for names, other in _PASSED_ON.findall(text):
        given |= {one: f"furrow.{other}.{one}" for one in _names(names)}
    text = _PASSED_ON.sub("", text)
    text = _IMPORT.sub(
        lambda found: f"const {{ {', '.join(_names(found[1]))} }} = furrow.{found[2]};".replace(" as ", ": "),
        text,
    )
    text = _REMARK.sub("", _EXPORT.sub(r"\1 \2", text))
    if left := _LEFT.search(text):
        raise ValueError(f"{name}.js: {left[0]}")
    out = ", ".join(one if one == value else f"{one}: {value}" for one, value in given.items())
    return f"furrow.{name} = (() => {{\n{text.strip()}\nreturn {{ {out} }};\n}})();"


def _names(listed: str) -> list[str]:
    return [one.strip() for one in listed.split(",") if one.strip()]


def sheet(texts: Iterable[str], used: str) -> str:
    """The sheets as one, without remarks and without rules for classes of the house (fr-…) that stand nowhere in `used`."""
    words = frozenset(_WORD.findall(used))
    return "".join(_rules(_CSS_REMARK.sub("", text), words) for text in texts)


def _rules(text: str, used: frozenset[str]) -> str:
    kept = []
    for head, body in _blocks(text):
        if head.startswith(_NESTED):
            inside = _rules(body, used)
            if inside:
                kept.append(f"{head}{{{inside}}}")
        elif not body:
            kept.append(head)
        else:
            heads = [one for one in _selectors(head) if used.issuperset(_CLASS.findall(one))]
            if heads:
                kept.append(f"{','.join(heads)}{{{' '.join(body.split())}}}")
    return "".join(kept)


def _blocks(text: str) -> Iterable[tuple[str, str]]:
    """(what stands before the braces, what stands in them) of each rule; a statement without braces has no body."""
    at = 0
    while (found := _RULE.search(text, at)) is not None:
        head = " ".join(text[at : found.start()].split())
        if found[0] == ";":
            yield f"{head};", ""
            at = found.end()
            continue
        depth = 1
        for brace in _BRACE.finditer(text, found.end()):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                break
        yield head, text[found.end() : brace.start()]
        at = brace.end()


def _selectors(head: str) -> list[str]:
    """Split at the commas outside of brackets."""
    parts, depth = [""], 0
    for char in head:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(char, 0)
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]
