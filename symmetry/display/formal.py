"""A theorem's proof in Agda, as a text to read."""

import textwrap
from collections.abc import Mapping, Sequence

from symmetry.evidence.finding import lines_in_sentences
from symmetry.evidence.record import Record
from symmetry.formal.checker import by_hand, unavailable
from symmetry.formal.checking import TRUSTED
from symmetry.formal.definitions import definitions
from symmetry.formal.imports import rests_on, written_modules
from symmetry.formal.places import places
from symmetry.formal.signatures import FORWARD, SIGNATURES
from symmetry.formal.sources import Part, Source, source
from symmetry.reproduction.plan import evidence_at_hand
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem
from symmetry.wording import listed, wrapped


def formal_source(made: object, things: Mapping[str, object]) -> Source:
    """The file of a theorem's proof in Agda.

    Raises:
        ValueError: it has none.
    """
    file = made.formal_file if isinstance(made, Theorem) else None
    if file is None:
        have = [id for id, each in things.items() if isinstance(each, Theorem) and each.formal is not None]
        id = next(id for id, each in things.items() if each is made)
        raise ValueError(f"{id} has no proof in Agda; these have one: {', '.join(have)}.")
    return source(file)


def shown_formal(theorem: Theorem, width: int, record: Record | None = None) -> str:
    """The proof: in words, the laws that it needs, the statement, what is refuted, what the program wrote, what is trusted.

    Lines of Agda are as wide as they are.
    """
    assert theorem.formal is not None
    assert theorem.formal_file is not None
    found, path = source(theorem.formal_file), place_of(theorem)
    texts = written_modules(found.path.parent)
    lemmas = [f"{each.name}: {path.rpartition('/')[0]}/{each.file}, line {each.line}" for each in places(found, texts)]
    return "\n\n".join(
        part
        for part in (
            wrapped(f"{theorem.id}  {theorem.title}", width, "", "  "),
            found.says
            if max(map(len, found.says.splitlines())) <= width
            else wrapped(" ".join(found.says.splitlines()), width),
            listed("Laws of numbers that it needs", list(found.laws.values()) or ["none at all"], width),
            _evidence(theorem, record, width),
            _code(f"Statement and proof ({path}, line {found.theorem.line})", found.theorem),
            listed("What the proof comes from", lemmas, width) if lemmas else "",
            _code(f"Numbers that obey these laws (line {found.model.line})", found.model),
            _code(f"Control: {theorem.formal.control} (line {found.control.line})", found.control),
            _definitions(written_names(found, texts)),
            listed("Trusted besides", TRUSTED, width),
            _yourself(theorem, width),
        )
        if part
    )


def formal_in_short(theorem: Theorem, width: int) -> str:
    """The laws of numbers that the proof needs, and the command that shows it; "" where there is none."""
    if theorem.formal_file is None:
        return ""
    laws = "; ".join(source(theorem.formal_file).laws.values()) or "none at all"
    said = [f"Laws of numbers that it needs: {laws}.", f"`symmetry show {theorem.id} --formal` shows it."]
    return "\n".join([f"Proof in Agda ({place_of(theorem)})", *(wrapped(each, width, "  ") for each in said)])


def formal_json(theorem: Theorem) -> dict[str, object] | None:
    """The same as builtin types; None where there is no proof in Agda."""
    if theorem.formal is None or theorem.formal_file is None:
        return None
    found = source(theorem.formal_file)
    return {
        "file": theorem.formal.path,
        "line": found.theorem.line,
        "says": found.says,
        "laws": dict(found.laws),
        "statement": found.theorem.text,
        "refutes": theorem.formal.control,
        "refutation": found.control.text,
    }


def place_of(theorem: Theorem) -> str:
    """The file of its proof, from the folder of the package: "proofs/formal/PERM-1.agda"."""
    assert theorem.formal is not None
    return "/".join([*theorem.module.split(".")[:-1], theorem.formal.path])


def _code(head: str, part: Part) -> str:
    return f"{head}\n{textwrap.indent(part.text, '  ')}"


def _evidence(made: Statement, record: Record | None, width: int) -> str:
    recorded = evidence_at_hand(made, record)
    if record is None or recorded is None:
        return ""
    lines = [line for line in recorded.evidence if line.kind == "formal"]
    return (
        listed("Evidence", [text for _, text in lines_in_sentences(lines, record.environment)], width) if lines else ""
    )


def written_names(found: Source, texts: Mapping[str, str]) -> list[str]:
    """The functions that the program writes and that a theorem is about, by their names in Agda.

    Args:
        found: the theorem's file.
        texts: the text of every module of the sources, by its name.
    """
    needs = rests_on(found.path.stem, texts)
    forward = "Generated.ForwardTraces" in needs
    with_loss = "loss" in found.theorem.text
    return [
        each.name
        for each in SIGNATURES
        if "Generated.BackpropTraces" in needs
        or f"Generated.Agrees.{each.module}" in needs
        or (forward and each.name in FORWARD and (with_loss or each.name != "batch-loss"))
    ]


def _definitions(names: Sequence[str]) -> str:
    """What the program computes in one layer, as it wrote it; "" for a statement that is about none of it."""
    if not names:
        return ""
    head = "What the program computes in one layer, written by running symmetry/network.py on formal arrays"
    written = [
        f"  -- {name} cannot be written: {each.reason}\n" if each.term is None else each.text(each.term)
        for name, each in definitions().items()
        if name in names
    ]
    return f"{head}\n" + "\n".join(written).rstrip()


def _yourself(theorem: Theorem, width: int) -> str:
    file, missing = theorem.module.replace(".", "/"), unavailable()
    return listed(
        "To check it yourself",
        [
            *([missing] if missing else []),
            f"symmetry prove {theorem.id}",
            f"pytest {file}.py::'{theorem.id}[formal]'",
            f"symmetry show {theorem.id} --formal --sources FOLDER writes all files, which agda checks: "
            + by_hand(f"{theorem.id.replace('.', '-')}.agda"),
        ],
        width,
    )
