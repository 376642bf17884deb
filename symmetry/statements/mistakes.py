"""Mistakes in how a theorem is written that keep it from being run, each in one line with its place."""

from collections.abc import Callable, Mapping

from symmetry.cases import case_types
from symmetry.given import require_kind, require_texts, shown
from symmetry.statements.source import definition_of, repeated_keys


def require_declared(id: str, words: Mapping[str, object], cites: object, dtypes: object = ()) -> None:
    """Raise unless what a statement says of itself are texts, and what it cites and is sampled in are lists of texts.

    Raises:
        ValueError: they are not.
    """
    for name, text in words.items():
        require_kind(f"{id}: its {name}", text, str, "a text")
    if not str(words["title"]).isprintable():
        raise ValueError(
            f"{id}: the title {shown(words['title'])} must be a few words on one line; say what is invariant."
        )
    require_texts(f"{id}: cites", cites)
    require_texts(f"{id}: dtypes", dtypes)


def mistakes(id: str, laws: Mapping[str, Callable]) -> list[str]:
    """What is wrong with the signatures of a theorem's laws, by what each law is: "" for the theorem's own."""
    found = [
        f"{definition_of(laws[''])}: {id}: {name!r} stands twice in one dictionary, which keeps the last; rename one."
        for name in repeated_keys(laws[""])
    ]
    for name, law in laws.items():
        try:
            case_types(law)
        except TypeError as error:
            found.append(f"{definition_of(law)}: {id}{name and f', {name!r}'}: {error}")
    return found
