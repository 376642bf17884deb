"""Agda as HTML in the book's style: from Agda's own pages, with their links."""

import re
from collections.abc import Collection, Mapping

from markupsafe import Markup

CLASSES = {
    "Keyword": "k",
    "Pragma": "c",
    "Comment": "c",
    "Number": "mi",
    "String": "s",
    "Datatype": "ty",
    "Record": "ty",
    "PrimitiveType": "ty",
    "InductiveConstructor": "co",
    "CoinductiveConstructor": "co",
    "Field": "co",
}
"""The classes of the book's style sheet, by those of Agda; names of other classes have the colour of the text."""

_CODE = re.compile(r'<pre class="Agda">(.*)</pre>', re.DOTALL)
_TOKEN = re.compile(r'<a((?: [a-z]+="[^"]*")*)>([^<]*)</a>')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def linked(pages: Mapping[str, str], kept: Collection[str]) -> dict[str, Markup]:
    """The code of Agda's pages with links among those that are kept, and only the anchors that they lead to.

    Between two empty lines, a name is a link where it stands first.

    Args:
        pages: what Agda wrote, by the name of the page's file.
        kept: the names of the pages that the book has, all of them among `pages`.

    Raises:
        ValueError: a page is not as Agda writes it.
    """
    code = {name: _code(name, pages[name]) for name in kept}
    wanted = {
        target
        for name, text in code.items()
        for found in _TOKEN.finditer(text)
        if (target := _target(name, _attributes(found), kept))
    }
    return {name: _rewritten(name, text, kept, wanted) for name, text in code.items()}


def _code(name: str, page: str) -> str:
    found = _CODE.search(page)
    if found is None:
        raise ValueError(f'{name}: Agda\'s page has no <pre class="Agda">; use the version of Agda that is pinned.')
    return found[1].rstrip()


def _attributes(token: re.Match[str]) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(token[1]))


def _target(page: str, given: Mapping[str, str], kept: Collection[str]) -> str:
    """Where a token leads: a page of the book, with an anchor; "" for itself, for a bound variable and for other pages."""
    file, _, anchor = given.get("href", "").partition("#")
    itself = file == page and anchor in ("", given.get("id"))
    bound = {"Bound", "Generalizable"} & set(given.get("class", "").split())
    return "" if file not in kept or itself or bound else f"{file}#{anchor}" if anchor else file


def _rewritten(page: str, text: str, kept: Collection[str], wanted: Collection[str]) -> Markup:
    return Markup("\n\n".join(_paragraph(page, each, kept, wanted) for each in text.split("\n\n")))


def _paragraph(page: str, text: str, kept: Collection[str], wanted: Collection[str]) -> str:
    """What Agda writes is escaped."""
    led_to = {""}

    def token(found: re.Match[str]) -> str:
        given = _attributes(found)
        colour = next((CLASSES[each] for each in given.get("class", "").split() if each in CLASSES), "")
        target = _target(page, given, kept)
        target = "" if target in led_to else target
        led_to.add(target)
        attributes = {
            "class": colour,
            "id": given.get("id", "") if f"{page}#{given.get('id')}" in wanted else "",
            "href": target.removeprefix(page) if target.startswith(f"{page}#") else target,
        }
        written = "".join(f' {name}="{value}"' for name, value in attributes.items() if value)
        tag = "a" if target else "span"
        return f"<{tag}{written}>{found[2]}</{tag}>" if written else found[2]

    return _TOKEN.sub(token, text)
