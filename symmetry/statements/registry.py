"""What has been defined: theorems and claims by id, how they are selected, and the catalogue of installed packages.

A package brings statements by an entry point of the group `symmetry.catalogues`: a function that imports them and returns
them by id. `proofs` is one.
"""

import difflib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from symmetry.given import shown
from symmetry.raised import described, for_its_author, place_of
from symmetry.statements.ids import UnknownId, chapter_and_number
from symmetry.statements.statement import Statement

Known = TypeVar("Known")
Defined = TypeVar("Defined", bound=Statement)

REGISTRY: dict[str, Statement] = {}
"""Every theorem and claim defined so far, by id."""

GROUP = "symmetry.catalogues"


def register(made: Defined) -> Defined:
    """Puts a statement into the registry and returns it.

    Raises:
        ValueError: its id is that of another.
    """
    earlier = REGISTRY.get(made.id)
    if earlier is not None and _place(earlier) != _place(made):
        raise ValueError(f"{made.id} is defined twice, in {earlier.module} and in {made.module}; give one another id.")
    REGISTRY[made.id] = made
    return made


def _place(made: Statement) -> tuple[str, str]:
    """Where a statement is defined, the same when its file is imported again."""
    if made.function is None:
        return made.module, ""
    # In a notebook a cell is a file, and another one when it is edited.
    file = None if made.module == "__main__" else inspect.getsourcefile(made.function)
    return file or made.module, made.function.__qualname__


def select(ids: Sequence[str], known: Mapping[str, Known]) -> list[Known]:
    """What is known under these ids and chapters, in its order; all of it if no id is given.

    An id selects exactly, in capitals or not: perm.1 is PERM.1, and not PERM.10.

    Raises:
        UnknownId: an id that is neither a theorem nor a chapter.
    """
    chapters = {chapter_and_number(id)[0] for id in known}
    ids = [id.upper() for id in ids]
    for wanted in ids:
        if wanted not in known and wanted not in chapters:
            raise UnknownId(
                f"there is no theorem or chapter {wanted!r}; the chapters are {', '.join(sorted(chapters))}, and "
                f"`symmetry list` shows every theorem; --path names the file of your own.{near(wanted, known)}"
            )
    return [made for id, made in known.items() if not ids or id in ids or chapter_and_number(id)[0] in ids]


def near(id: str, known: Iterable[str]) -> str:
    """A question after an error: whether one of the ids most like an unknown one was meant; "" if none is like it.

    >>> near("PREM.1", ["PERM.1", "PERM.2", "TIE.1"])
    ' Did you mean PERM.1?'
    """
    alike = difflib.get_close_matches(id, list(known), n=3, cutoff=0.7)
    return f" Did you mean {', '.join(alike[:-1])}{' or ' * (len(alike) > 1)}{alike[-1]}?" if alike else ""


def theorem_by_id(id: str) -> Statement:
    """The theorem or claim of an id, in capitals or not, of the catalogue or defined so far.

    >>> theorem_by_id("perm.1")
    <PERM.1 Permuting hidden units preserves the function>

    Raises:
        UnknownId: there is none; the message names those that are near.
    """
    known, wanted = load(), id.upper() if isinstance(id, str) else ""
    if wanted not in known:
        raise UnknownId(f"there is no theorem or claim {shown(id)}; `symmetry list` shows them.{near(wanted, known)}")
    return known[wanted]


def import_file(path: Path, holds: str = "defines your theorem") -> ModuleType:
    """Runs a Python file, so that its theorems are registered; its name hides no other module.

    Args:
        path: the file.
        holds: what it does, as an error says that names another.

    Raises:
        ValueError: there is no such file, it is no Python, or it raises; the message says what, and where.
    """
    name, path = module_name(path), Path(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ValueError(f"{path} is no Python file; name the one that {holds}.")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    with for_its_author(
        lambda error: (
            f"{path} cannot be imported: {described(error)} ({place_of(error, str(spec.origin)).rstrip(',')})."
        )
    ):
        spec.loader.exec_module(module)
    return module


def module_name(path: Path) -> str:
    """The name under which a file of the reader's own is imported: of numpy.py, one that does not hide NumPy.

    >>> module_name(Path("test_my_1.py")), module_name(Path("numpy.py"))
    ('test_my_1', 'own_numpy')
    """
    name = Path(path).stem
    return f"own_{name}" if is_taken(name, Path(path)) else name


def is_taken(name: str, path: Path) -> bool:
    """Whether a module of that name is imported, or could be, from elsewhere than the path."""
    if name not in sys.modules and (not name.isidentifier() or importlib.util.find_spec(name) is None):
        return False
    spec = sys.modules[name].__spec__ if name in sys.modules else importlib.util.find_spec(name)
    file = Path(spec.origin if spec is not None and spec.origin else "")
    return not (path.is_file() and file.is_file() and path.samefile(file))


def load() -> Mapping[str, Statement]:
    """Every statement of every installed catalogue, by id.

    Raises:
        ValueError: something else stands in the place of a catalogue.
    """
    return {id: made for entry in metadata.entry_points(group=GROUP) for id, made in _loader(entry)().items()}


def _loader(entry: metadata.EntryPoint) -> Callable[[], Mapping[str, Statement]]:
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        name = entry.module.partition(".")[0]
        spec = importlib.util.find_spec(name)
        raise ValueError(
            f"the catalogue {entry.value} cannot be imported: {described(error)}. Python finds {name} in "
            f"{spec.origin if spec else 'no folder'}; if that is a file of yours, rename it or work in another folder."
        ) from error


def load_with(path: Path | None) -> Mapping[str, Statement]:
    """Every statement, with those of a Python file of the reader's own.

    Raises:
        ValueError: there is no such file, it is no Python, or it raises.
    """
    if path is None:
        return load()
    before = dict(load())
    import_file(path)
    return before | {id: made for id, made in REGISTRY.items() if id not in before}


def defined_in(path: Path, known: Mapping[str, Statement]) -> Mapping[str, Statement]:
    """Those of the statements that a Python file of the reader's own defines, by id.

    Raises:
        ValueError: it defines none.
    """
    own = {id: made for id, made in known.items() if made.module == module_name(path)}
    if not own:
        raise ValueError(f"{path} defines no theorem; `symmetry new` writes one to fill in.")
    return own
