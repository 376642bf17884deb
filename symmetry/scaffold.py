"""A new invariant as a file to fill in: a theorem with statement, law, control and a slot for a derivation."""

import json
import keyword
import re
from collections.abc import Iterable
from pathlib import Path

from symmetry.statements.ids import chapter_and_number, require_id
from symmetry.statements.registry import is_taken
from symmetry.statements.unfilled import FILL_IN

SPECIAL = ("__init__", "__main__", "conftest")
"""Names of files that Python or pytest run for reasons of their own."""

TEMPLATE = '''\
# {id}. {FILL_IN} marks what is missing; while any of it is left, the theorem fails.
# What a law is of stands in its signature: each case there (Network, Batch, UnitPermutation, ...) is generated.

from symmetry import Batch, Network, UnitPermutation, forward, theorem


def broken(network: Network, pi: UnitPermutation, batch: Batch):
    """A variant of the law that is false: every kind of evidence must reject it."""
    return ...  # {FILL_IN}: two sides that differ, such as forward(network, batch.x) * 2, forward(network, batch.x)


@theorem(
    "{id}",
    title={title},
    statement=r"...",  # {FILL_IN}: the equation in LaTeX, such as f(\\pi\\cdot\\theta, x) = f(\\theta, x)
    hypotheses="...",  # {FILL_IN}: what it holds of, such as any network, permutation and batch
    controls={{"broken": broken}},  # {FILL_IN}: in place of "broken", what the control breaks
    derivation=None,  # optional: a function that yields steps for SymPy makes `checked` `proved`
)
def {name}(network: Network, pi: UnitPermutation, batch: Batch):
    return ...  # {FILL_IN}: the two sides, such as forward(pi.act(network), batch.x), forward(network, batch.x)
'''


def default_path(id: str) -> Path:
    """The file of an invariant for which no other is named; pytest collects it.

    >>> print(default_path("MY.1"))
    test_my_1.py
    """
    return Path(f"test_{id.lower().replace('.', '_')}.py")


def write_invariant(id: str, title: str, path: Path, known: Iterable[str] = ()) -> None:
    """Writes a theorem to fill in to a new file.

    Args:
        id: capitals, a dot and a number, such as "MY.1".
        title: the statement in a few words, on one line.
        path: a Python file that does not exist yet.
        known: the ids that are taken.

    Raises:
        ValueError: the id is malformed or taken, the title is empty or has several lines, the path is no name for a
            Python file, exists already, or cannot be written.
    """
    require_id(id)
    if id in known or chapter_and_number(id)[0] in ("CLAIM", "ASK"):
        raise ValueError(f"{id} is an id of the catalogue; choose another, such as 'MY.1'.")
    if not title.strip() or not title.isprintable():
        raise ValueError(f"the title {title!r} must be a few words on one line; say what is invariant.")
    name = path.stem
    if path.suffix != ".py" or not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{path} is no name for a Python file; name one such as {default_path(id)}.")
    if name in SPECIAL or (not path.exists() and is_taken(name, path)):
        raise ValueError(
            f"a file called {path.name} is taken for another module called {name} by what runs beside it; name it "
            f"{default_path(id)}, say."
        )
    text = TEMPLATE.format(id=id, title=json.dumps(title, ensure_ascii=False), name=law_name(title), FILL_IN=FILL_IN)
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:  # made anew or not at all
            file.write(text)
    except FileExistsError:
        raise ValueError(f"{path} exists already and is left as it is; name another file with --path.") from None
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}; name a file in a folder you can write to.") from error


def law_name(title: str) -> str:
    """A title as the name of a function.

    >>> law_name("Reversing units changes nothing"), law_name("2 units")
    ('reversing_units_changes_nothing', 'law_2_units')
    """
    name = re.sub(r"\W+", "_", title.lower()).strip("_")
    plain = name.isidentifier() and not keyword.iskeyword(name) and name not in ("broken", "forward", "theorem")
    return name if plain and not name.startswith("test") else f"law_{name}".rstrip("_")
