"""What the laws of a page call: each function, class or constant once, however many laws call it."""

import ast
import dataclasses
from collections.abc import Iterable

from symmetry.statements.statement import Statement


@dataclasses.dataclass(frozen=True)
class Called:
    """A function, a class or a constant that laws call.

    Attributes:
        name: its name; of a constant that several names are given to at once, all of these.
        anchor: where it stands on the page, such as "permutation.broken".
        text: its code.
    """

    name: str
    anchor: str
    text: str


def called_by(made: Statement) -> list[Called]:
    """What the law of a statement calls in its own module, in the order of the file."""
    names = [(_names(text), text) for text in made.source.called]
    return [Called(", ".join(several), f"{_file(made)}.{several[0]}", text) for several, text in names]


def called_on_a_page(some: Iterable[Statement]) -> dict[str, list[Called]]:
    """What the laws of a page call, by the module that it stands in, each once."""
    found: dict[str, dict[Called, None]] = {}
    for made in some:
        found.setdefault(_file(made), {}).update(dict.fromkeys(called_by(made)))
    return {module: list(called) for module, called in found.items() if called}


def _file(made: Statement) -> str:
    return made.module.rpartition(".")[2]


def _names(text: str) -> list[str]:
    """The names that code defines; its first line where it is no statement of its own.

    >>> _names("HUGE, TINY = 2.0**100, 2.0**-100"), _names("def broken(network): ...")
    (['HUGE', 'TINY'], ['broken'])
    """
    try:
        (defined,) = ast.parse(text).body
    except (SyntaxError, ValueError):
        return [text.partition("\n")[0].strip()]
    if isinstance(defined, ast.FunctionDef | ast.ClassDef):
        return [defined.name]
    targets = defined.targets if isinstance(defined, ast.Assign) else [getattr(defined, "target", defined)]
    return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
