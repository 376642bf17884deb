"""Which Agda files a file rests on: its imports, theirs, and so on."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

IMPORT = re.compile(r"^\s*(?:open\s+)?import\s+([^\s(;]+)", re.MULTILINE)


def module_of(path: Path, folder: Path) -> str:
    """The module that a file is: Theory/Sums.agda is Theory.Sums."""
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def path_of(module: str) -> str:
    """The file that a module is in, relative to the sources."""
    return f"{module.replace('.', '/')}.agda"


def written_modules(folder: Path) -> dict[str, str]:
    """The text of every Agda file in a folder, by its module."""
    return {module_of(path, folder): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.agda"))}


def importing(modules: Iterable[str]) -> dict[str, str]:
    """A file that imports modules and states nothing, by its path: Agda checks it, and so all of them at once."""
    return {"All.agda": "\n".join(["module All where", *[f"import {name}" for name in modules]]) + "\n"}


def imported(text: str) -> set[str]:
    """The modules that a file imports itself.

    >>> sorted(imported("open import Theory.Base\\n  import Generated.Facts as Facts"))
    ['Generated.Facts', 'Theory.Base']
    """
    return set(IMPORT.findall(text))


def rests_on(module: str, texts: Mapping[str, str]) -> set[str]:
    """The modules that a module imports, directly or not."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for each in imported(texts.get(waiting.pop(), "")) - found:
            found.add(each)
            waiting.append(each)
    return found
