"""Everything together: what the program writes of itself, and whether Agda accepts the theorems about it."""

import dataclasses
import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from symmetry.formal import checker
from symmetry.formal.action_text import action_text
from symmetry.formal.agreement import Agreement, agreement_files, agreements
from symmetry.formal.definitions import definitions, program_text
from symmetry.formal.digests import digest, program_digest
from symmetry.formal.example import DEPTHS as NUMBERS
from symmetry.formal.example import DERIVATIVE, compared
from symmetry.formal.example_text import example_text
from symmetry.formal.facts import facts_text
from symmetry.formal.imports import importing, path_of, rests_on, written_modules
from symmetry.formal.loops import Loop, backprop_loop, forward_loop
from symmetry.formal.recursion import backprop_results
from symmetry.formal.signatures import FORWARD, SIGNATURES
from symmetry.formal.textbook import TEXTBOOK
from symmetry.formal.traces import DEPTHS as TRACED
from symmetry.formal.traces_text import traces_text
from symmetry.formal.verdicts import Problem, Written, decided
from symmetry.replaceable import PROGRAM, noting

TRUSTED = (
    "Agda's type checker, as its wheel has it",
    "that the operators of formal arrays (symmetry/numbers/formal) write what NumPy and JAX compute, but for rounding",
    "that the program does the same with every kind of number, and with every size",
    "that the loss sums over the examples of a batch",
    f"the loops over the layers of networks other than those that were traced, which have 1 to {TRACED[-1]} layers, each "
    f"with and without a bias; and compared in numbers, from 1 to {NUMBERS[-1]} layers, some of them by Agda",
)
"""What is trusted besides the proofs."""


@dataclasses.dataclass(frozen=True)
class Checking:
    """What Agda said of every theorem's file, about the functions that are in place.

    Attributes:
        agda: the version of Agda; "" if it is missing.
        definitions: the SHA-256 of the definitions that the program wrote.
        program: the SHA-256 of network.py.
        sources: the SHA-256 of all Agda files written by hand.
        refused: of a theorem's file ("PERM-1"), why it was refused.
        unknown: of a theorem's file, why it cannot be told.
        ran: of a theorem's file, the functions of the program that it is about and that the reader's own stood in for.
        missing: why Agda is missing and the command that brings it; "" if it ran.
        trusted: what is trusted besides, in words.
    """

    agda: str
    definitions: str
    program: str
    sources: str
    refused: Mapping[str, str]
    unknown: Mapping[str, str]
    ran: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    missing: str = ""
    trusted: tuple[str, ...] = TRUSTED


def written() -> Written:
    """What the program, with the reader's functions that are in place, writes of itself."""
    found = definitions()
    agree = agreements(found)
    loops = [forward_loop(), backprop_loop()]
    terms = {name: each.term if each.term is not None else TEXTBOOK[name] for name, each in found.items()}
    files = {
        "Generated.Program": program_text(found, lambda signature: TEXTBOOK[signature.name]),
        "Generated.Facts": facts_text({name: (each, terms[name]) for name, each in found.items()}),
        **{f"Generated.Agrees.{module}": text for module, text in agreement_files(agree).items()},
    }
    problems = _problems(agree, loops)
    good = [loop for loop in loops if f"Generated.{loop.module}" not in problems]
    files |= {f"Generated.{loop.module}": traces_text(loop.module, loop.traces) for loop in good}
    files["Generated.Example"] = example_text(*[loop.numbers.results for loop in good])
    files["Generated.Action"] = action_text()
    by_laws = {f"Generated.{loop.module}": loop.words for loop in good if loop.outcome == "by laws"}
    gradient = compared(backprop_results, DERIVATIVE) if problems else None
    no_gradient = gradient.words if gradient is not None and gradient.outcome == "differs" else ""
    return Written(files, problems, by_laws, no_gradient)


def _problems(agree: Mapping[str, Agreement], loops: list[Loop]) -> dict[str, Problem]:
    """Of generated modules that are not written, why; a loop is not, if a function of its layers cannot be written."""
    problems: dict[str, Problem] = {}
    for name, each in agree.items():
        if each.outcome == "agrees":
            continue
        problem = Problem(each.outcome == "differs", each.words, name)
        problems.setdefault(f"Generated.Agrees.{each.definition.signature.module}", problem)
        if each.definition.term is None:
            for module in ("ForwardTraces", "BackpropTraces") if name in FORWARD else ("BackpropTraces",):
                problems.setdefault(f"Generated.{module}", problem)
    for loop in loops:
        if loop.outcome in ("differs", "unknown"):
            problems.setdefault(f"Generated.{loop.module}", Problem(loop.outcome == "differs", loop.words))
    return problems


def checked(theorems: Sequence[str] | None = None, folder: Path | None = None) -> Checking:
    """Generates the definitions from the functions in place, and lets Agda check theorems' files.

    Args:
        theorems: the names of those that are checked; by default all.
        folder: where the files are; by default where those that are shipped are.

    Raises:
        FileNotFoundError: there are no such files.
    """
    folder = folder or checker.sources()
    by_hand = written_modules(folder)
    wanted = sorted(name for name in by_hand if "." not in name) if theorems is None else list(theorems)
    if absent := sorted(set(wanted) - set(by_hand)):
        raise FileNotFoundError(f"{folder} has no {absent[0]}.agda; it has {', '.join(sorted(by_hand))}.")
    stood_in: set[str] = set()
    with noting(stood_in):
        wrote = written()
    files = {**by_hand, **wrote.files}
    missing = checker.unavailable()
    refused, unknown = ({}, {}) if missing else _verdicts(wanted, by_hand, wrote, folder)
    return Checking(
        agda="" if missing else checker.version(),
        definitions=hashlib.sha256(wrote.files["Generated.Program"].encode()).hexdigest(),
        program=program_digest(),
        sources=digest(by_hand),
        refused=refused,
        unknown=unknown,
        ran={name: frozenset(stood_in & _about(rests_on(name, files))) for name in wanted},
        missing=missing,
    )


def _about(needs: Collection[str]) -> set[str]:
    """The functions of the program that a theorem is about, by the modules that it rests on."""
    if "Generated.BackpropTraces" in needs:
        return set(PROGRAM)
    return {each.python for each in SIGNATURES if f"Generated.Agrees.{each.module}" in needs}


def _verdicts(
    theorems: Sequence[str], by_hand: Mapping[str, str], wrote: Written, folder: Path
) -> tuple[dict[str, str], dict[str, str]]:
    """Which files are refused and of which it cannot be told; the rest Agda accepts."""
    refused, unknown = decided(theorems, by_hand, wrote)
    rest = [name for name in theorems if name not in refused and name not in unknown]
    for name, refusal in _refusals(rest, wrote, folder).items():
        if refusal.line is None:
            unknown[name] = f"Agda did not come to an answer, so it cannot be told: {refusal}"
        else:
            refused[name] = f"Agda refuses {refusal}"
    return refused, unknown


def _refusals(theorems: Sequence[str], wrote: Written, folder: Path) -> dict[str, checker.Refusal]:
    """Agda's refusals of theorems' files: of all at once, and only if there is one, of each by itself."""
    with checker.workspace({**wrote.paths, **importing(theorems)}, folder) as workspace:
        if workspace.check("All.agda") is None:
            return {}
        found = {name: workspace.check(path_of(name)) for name in theorems}
        return {name: refusal for name, refusal in found.items() if refusal is not None}
