"""What the schema of a record asks of a value besides its type, put to the value: so the reader rejects what the schema does."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

CONSTRAINTS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (lambda value, least: value is None or value >= least, "a number of at least {}"),
    "maximum": (lambda value, most: value is None or value <= most, "a number of at most {}"),
    "pattern": (lambda value, pattern: re.search(pattern, value) is not None, "a text that matches {}"),
    "enum": (lambda value, known: value in known, "one of {}"),
    "minItems": (lambda value, least: len(value) >= least, "{} items or more"),
    "uniqueItems": (lambda value, _: len(set(value)) == len(value), "no item twice"),
}
"""By the keyword of JSON schema: whether a value obeys it, and what it should be if not."""


def expected(value: Any, constraints: Mapping[str, Any]) -> str:
    """What a value of the right type should be, in words, where it breaks one of the constraints; "" if it breaks none.

    >>> expected(-1, {"minimum": 0}), expected([[3, 0]], {"items": {"items": {"minimum": 1}}}), expected(2, {"minimum": 0})
    ('a number of at least 0', 'a number of at least 1', '')
    """
    for name, asked in constraints.items():
        obeys, words = CONSTRAINTS.get(name, (None, ""))
        if obeys is not None and not obeys(value, asked):
            return words.format(", ".join(map(str, asked)) if isinstance(asked, list) else asked)
    inside = constraints.get("items", {}) if isinstance(value, Sequence) and not isinstance(value, str) else {}
    return next((words for each in value if (words := expected(each, inside))), "") if inside else ""
