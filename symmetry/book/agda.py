"""The proofs in Agda as pages: each theorem's file, the theory that it rests on, and what the program writes of itself."""

import dataclasses
import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup
from pygments.lexers import AgdaLexer

from symmetry.book.agda_tokens import linked
from symmetry.book.prose import coloured
from symmetry.formal import checker
from symmetry.formal.checking import written
from symmetry.formal.digests import program_digest
from symmetry.formal.imports import imported, importing, path_of, rests_on, written_modules
from symmetry.formal.sources import Source, opening, source
from symmetry.statements.theorem import Theorem

OVERVIEW = "agda.html"
"""The page that lists the files."""

DEFINITIONS = "Generated.Program"
"""The module of the definitions that the program writes."""


@dataclasses.dataclass(frozen=True)
class File:
    """A file of Agda.

    Attributes:
        module: its name there: Theory.Sums.
        text: what is in it.
        theorems: those that it proves; none for a file of the theory and for a generated one.
        source: what a theorem's file states; None for the others.
        imports: the modules of the book that it imports itself.
        about_program: whether it rests on the definitions that the program wrote, or is one of them.
    """

    module: str
    text: str
    theorems: tuple[Theorem, ...]
    source: Source | None
    imports: tuple[str, ...]
    about_program: bool

    @property
    def page(self) -> str:
        return f"{self.module}.html"

    @property
    def path(self) -> str:
        return path_of(self.module)

    @property
    def says(self) -> str:
        """The comment that it begins with."""
        return " ".join(opening(self.text).split())

    @property
    def is_generated(self) -> bool:
        return self.module.startswith("Generated.")


@dataclasses.dataclass(frozen=True)
class Agda:
    """The files that theorems of the book need, by their modules.

    Attributes:
        folder: where those written by hand are; None if there are none.
        files: theorems' files first, then the theory, then the generated ones.
    """

    folder: Path | None
    files: Mapping[str, File]

    @property
    def pages(self) -> list[str]:
        """The names of the pages; none where no theorem has a file."""
        return [OVERVIEW, *(file.page for file in self.files.values())] if self.files else []

    @functools.cached_property
    def proofs(self) -> list[File]:
        """Theorems' files."""
        return [file for file in self.files.values() if file.theorems]

    @functools.cached_property
    def theory(self) -> list[File]:
        return [file for file in self.files.values() if not file.theorems and not file.is_generated]

    @functools.cached_property
    def generated(self) -> list[File]:
        return [file for file in self.files.values() if file.is_generated]

    def of(self, theorem: Theorem) -> File | None:
        """The file that proves a theorem, if it is in the book."""
        return next((file for file in self.proofs if theorem in file.theorems), None)

    @property
    def program(self) -> str:
        """The SHA-256 of network.py."""
        return program_digest()

    @property
    def definitions(self) -> str:
        """The SHA-256 of the definitions that network.py wrote."""
        return hashlib.sha256(self.files[DEFINITIONS].text.encode()).hexdigest()

    @functools.cached_property
    def check(self) -> "Check":
        """Whether Agda accepts the files, and their code: Agda runs once, on all of them together."""
        assert self.folder is not None
        return _check(self.folder, {file.module: file.text for file in self.files.values()}, self.proofs)


@dataclasses.dataclass(frozen=True)
class Check:
    """What Agda said when the book was written.

    Attributes:
        code: the code of each file, by its page, with links if Agda accepted them.
        outcome: "passed", "failed" or "not run".
        agda: the version of Agda that accepted them; "" if it did not.
        reason: why it did not, and what to do, with code in backticks.
    """

    code: Mapping[str, Markup]
    outcome: str
    agda: str = ""
    reason: str = ""


def files_of(theorems: Sequence[Theorem]) -> Agda:
    """The files that the proofs of theorems need. A reader's own proofs are not among them: the book does not vouch for them."""
    proved: dict[Path, list[Theorem]] = {}
    for each in theorems:
        if each.formal_file is not None and not each.is_own:
            proved.setdefault(each.formal_file, []).append(each)
    if not proved:
        return Agda(None, {})
    folder = next(iter(proved)).parent
    texts = {**written_modules(folder), **written().files}
    proofs = {path.stem: path for path in proved}
    needed = sorted(set().union(*[rests_on(name, texts) for name in proofs]) & set(texts) - set(proofs))
    order = [*proofs, *sorted(needed, key=lambda name: (name.startswith("Generated."), name))]
    return Agda(folder, {name: _file(name, texts, order, proofs, proved) for name in order})


def _file(
    name: str,
    texts: Mapping[str, str],
    known: Sequence[str],
    proofs: Mapping[str, Path],
    proved: Mapping[Path, Sequence[Theorem]],
) -> File:
    imports = tuple(sorted(imported(texts[name]) & set(known)))
    path = proofs.get(name)
    theorems = tuple(proved[path]) if path else ()
    about_program = DEFINITIONS in {name, *rests_on(name, texts)}
    return File(name, texts[name], theorems, source(path) if path else None, imports, about_program)


def _check(folder: Path, texts: Mapping[str, str], proofs: Sequence[File]) -> Check:
    def plain(outcome: str, reason: str) -> Check:
        return Check(
            {f"{name}.html": coloured(text, AgdaLexer()) for name, text in texts.items()}, outcome, reason=reason
        )

    if missing := checker.unavailable():
        return plain("not run", missing.replace(checker.COMMAND, f"`{checker.COMMAND}`"))
    answer = _linked(folder, texts, [file.module for file in proofs])
    if isinstance(answer, checker.Refusal):
        return plain("failed", f"Agda refuses {answer.file}; it says: `{answer}`")
    return Check(answer, "passed", agda=checker.version())


def _linked(folder: Path, texts: Mapping[str, str], proofs: Sequence[str]) -> dict[str, Markup] | checker.Refusal:
    """The code of each file by its page, as Agda links it; or Agda's refusal of the files."""
    wrote = {path_of(name): text for name, text in texts.items() if name.startswith("Generated.")}
    with checker.workspace({**wrote, **importing(proofs)}, folder) as workspace:
        pages = workspace.pages("All.agda")
        if isinstance(pages, checker.Refusal):
            return pages
        names = [f"{name}.html" for name in texts]
        return linked({name: (pages / name).read_text(encoding="utf-8") for name in names}, names)
