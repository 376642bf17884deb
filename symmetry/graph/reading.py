"""What rests on what, as the statements themselves say: lemmas, ids named in steps and hypotheses, corrections, imports."""

import re
from collections.abc import Iterator, Mapping

from symmetry.engine.derive import ByLemma
from symmetry.formal.imports import imported, written_modules
from symmetry.graph.dependencies import Dependencies, Edge, Node
from symmetry.statements.claim import Claim, Question
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem

ID = re.compile(r"\b[A-Z]{2,}\.[1-9][0-9]*\b")


def dependencies_of(known: Mapping[str, Statement], questions: Mapping[str, Question]) -> Dependencies:
    """The graph of statements, of questions that rest on any, and of the modules of Agda that proofs import.

    Derivations are gone through, which takes seconds. That a step or a hypothesis names an id counts as resting on it.

    Args:
        known: theorems and claims by id.
        questions: questions by id.
    """
    asked = {id: each for id, each in questions.items() if any(one in known for _, some in each.answer for one in some)}
    modules = _modules(known)
    nodes = {id: _node(made) for id, made in known.items()}
    nodes |= {id: Node(id, "question", each.asks, "") for id, each in asked.items()}
    nodes |= {name: Node(name, "agda", "", "") for name in modules}
    found = [*_between(known, asked), *_imports(known, modules)]
    edges = [edge for edge in dict.fromkeys(found) if edge.on in nodes and edge.on != edge.of]
    return Dependencies(nodes, tuple(edges))


def _between(known: Mapping[str, Statement], questions: Mapping[str, Question]) -> Iterator[Edge]:
    for made in known.values():
        if isinstance(made, Claim):
            yield from (Edge(made.id, on, "rests on") for on in made.follows_from)
        elif isinstance(made, Theorem):
            yield from _of_theorem(made)
    for each in questions.values():
        yield from (Edge(each.id, on, "rests on") for _, support in each.answer for on in support)


def _of_theorem(made: Theorem) -> Iterator[Edge]:
    yield from (Edge(made.id, on, "hypothesis") for on in ID.findall(made.hypotheses))
    if isinstance(made, FalseClaim):
        yield Edge(made.id, made.corrected_by, "corrected by")
    for step in made.derivation("") if made.derivation is not None else ():
        if isinstance(step, ByLemma):
            yield Edge(made.id, step.lemma.home, "by lemma")
        else:
            yield from (Edge(made.id, on, "cited in a step") for on in ID.findall(f"{step.sentence} {step.assuming}"))


def _modules(known: Mapping[str, Statement]) -> dict[str, str]:
    """The text of each module of Agda that proofs are made from, by its name; those of theorems are not among them."""
    files = [made.formal_file for made in known.values() if isinstance(made, Theorem) and made.formal_file is not None]
    texts: dict[str, str] = {}
    for folder in dict.fromkeys(file.parent for file in files):
        texts |= written_modules(folder)
    return {name: text for name, text in texts.items() if name not in {file.stem for file in files}}


def _imports(known: Mapping[str, Statement], modules: Mapping[str, str]) -> Iterator[Edge]:
    """Each proof's and each module's own imports; what the program writes of itself has no file, and is left out."""
    stems: dict[str, str] = {}
    for made in known.values():
        if isinstance(made, Theorem) and (file := made.formal_file) is not None:
            stems[file.stem] = made.id
            for name in sorted(imported(file.read_text(encoding="utf-8"))):
                yield Edge(made.id, name, "imports")
    for module, text in modules.items():
        yield from (Edge(module, stems.get(name, name), "imports") for name in sorted(imported(text)))


def _node(made: Statement) -> Node:
    if isinstance(made, Claim):
        return Node(made.id, "claim", made.title, made.stated_verdict)
    return Node(made.id, "theorem", made.title, _strongest(made))


def _strongest(made: Statement) -> str:
    """The kind by which a theorem is coloured."""
    if made.stated_verdict == "refuted":
        return "refuted"
    return next((kind for kind in ("formal", "derived") if kind in made.evidence), "checked")
