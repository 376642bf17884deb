"""Theorems: a law that returns the two sides of its equation, with its statement, hypotheses and controls.

A law asserts nothing; the engine decides how its sides are compared in each number system.
"""

import dataclasses
import functools
import hashlib
import importlib.util
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symmetry import registry
from symmetry.architecture import Architecture
from symmetry.registry import chapter_and_number

KINDS = ("derived", "identity", "sampled", "refuted")
"""The kinds of evidence for a theorem, the strongest first; a counterexample speaks of a false claim."""

SYSTEMS = ("balls", "residues", "symbols")
"""The number systems that a law may be limited to: balls stand for floats of every type."""

DTYPES = ("float64", "float32", "bfloat16", "float16")
"""The float types that laws are sampled in."""

WIDE = DTYPES[:2]
"""The float types wide enough for a product of several roundings to be told from a fault."""

FILL_IN = "FILL" + " IN"
"""Marks, in the source of a new theorem, what is not written yet; in two parts, so that it marks nothing here."""


Knobs = Mapping[str, Any]
"""Values for keyword-only parameters of a law, by name: the law with those turned away from their defaults."""

Variant = Callable | Knobs
"""A law beside a theorem's own: its own with some knobs turned, or another function."""


@dataclasses.dataclass(frozen=True)
class PassesEmptily:
    """A control that holds only because there is nothing to compare: every network must be reported vacuous."""

    law: Variant


def law_of(variant: Variant, law: Callable, where: str) -> Callable:
    """A variant as a function: a law of its own, or the given one with knobs turned.

    Raises:
        ValueError: the law has no keyword-only parameter of such a name.
    """
    if not isinstance(variant, Mapping):
        return variant
    known = knobs_of(law)
    if unknown := sorted(set(variant) - set(known)):
        raise ValueError(f"{where}: the law has no knob {unknown[0]!r}; its keyword-only parameters are {list(known)}.")

    @functools.wraps(law)
    def turned(*cases, **named):
        return law(*cases, **named, **variant)

    return turned


def knobs_of(law: Callable) -> list[str]:
    """The names of a law's keyword-only parameters, which its controls turn; no case is drawn for them."""
    parameters = inspect.signature(law).parameters.values()
    return [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]


@dataclasses.dataclass(frozen=True)
class BlackBoxes:
    """What a theorem says of code that is not ours, which runs on floats only: a part of its sampled evidence.

    Attributes:
        law: the claim, of `Trials`.
        controls: by the names of the theorem's controls, what each breaks here.
    """

    law: Callable
    controls: Mapping[str, Variant]


@dataclasses.dataclass(frozen=True)
class Table:
    """Measurements beside a theorem: cells of text under headings, what is said before them, and notes after them."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    said: str = ""
    notes: Sequence[str] = ()


@dataclasses.dataclass(frozen=True, eq=False)
class Theorem:
    """A law and what is known of it. Made by `@theorem`; calling it calls the law.

    A false claim is one too, made by `@refuted_claim`: its law is refuted, and `corrected_by` says what holds instead.
    """

    id: str
    title: str
    statement: str
    hypotheses: str
    cites: tuple[str, ...]
    controls: Mapping[str, Callable | PassesEmptily]
    derivation: Callable | None
    evidence: tuple[str, ...]
    systems: frozenset[str]
    architectures: tuple[Architecture, ...] | None
    dtypes: tuple[str, ...]
    law: Callable
    refutes: Mapping[str, Callable] = dataclasses.field(default_factory=dict)
    needs: tuple[str, ...] = ()
    corrected_by: str = ""
    black_boxes: BlackBoxes | None = None
    table: Callable[[], Table] | None = None
    glances: tuple[Architecture, ...] = ()

    def __call__(self, *args, **kwargs):
        return self.law(*args, **kwargs)

    @property
    def is_false(self) -> bool:
        """Whether this is a claim declared false rather than a theorem."""
        return bool(self.corrected_by)

    @property
    def missing(self) -> list[str]:
        """The packages that its law needs and that are not installed."""
        return [package for package in self.needs if importlib.util.find_spec(package) is None]

    def __repr__(self) -> str:
        return f"<{self.id} {self.title}>"

    def _repr_markdown_(self) -> str:
        """How a notebook shows it."""
        from symmetry.notebook import theorem_in_markdown

        return theorem_in_markdown(self)

    def _repr_latex_(self) -> str:
        """How a notebook shows it where there is no Markdown: its statement."""
        return rf"$\displaystyle {self.statement}$"

    @functools.cached_property
    def unfilled(self) -> dict[int, str]:
        """What the source of its law, controls and derivation still marks as missing, by the line of the file."""
        laws = [getattr(control, "law", control) for control in self.controls.values()]
        parts = [each for each in (self.law, *laws, self.derivation) if inspect.isfunction(each)]
        return dict(sorted(mark for part in parts for mark in _marks(part)))

    @property
    def chapter(self) -> str:
        """The part of the id before the dot."""
        return chapter_and_number(self.id)[0]

    @property
    def module(self) -> str:
        return self.law.__module__

    @property
    def is_own(self) -> bool:
        """Whether this is a theorem of the reader's own rather than one of the catalogue."""
        return self.module.split(".")[0] != "proofs"

    @property
    def source(self) -> str:
        """The law's source code, dedented."""
        return textwrap.dedent(inspect.getsource(self.law)).replace("\r\n", "\n")

    @property
    def digest(self) -> str:
        """sha256 of statement, hypotheses and law source, joined by NUL: tells a changed theorem."""
        text = "\0".join([self.statement, self.hypotheses, self.source])
        return hashlib.sha256(text.encode()).hexdigest()


def theorem(
    id: str,
    *,
    title: str,
    statement: str,
    hypotheses: str,
    cites: Sequence[str] = (),
    controls: Mapping[str, Variant | PassesEmptily] | None = None,
    derivation: Callable | None = None,
    evidence: Sequence[str] | None = None,
    systems: Sequence[str] = ("balls", "residues"),
    architectures: Sequence[Architecture] | None = None,
    dtypes: Sequence[str] = DTYPES,
    refutes: Mapping[str, Variant] | None = None,
    needs: Sequence[str] = (),
    black_boxes: BlackBoxes | None = None,
    table: Callable[[], Table] | None = None,
    glances: Sequence[Architecture] = (),
) -> Callable[[Callable], Theorem]:
    """Makes a theorem of the decorated law and registers it.

    Args:
        id: chapter and number, such as "PERM.1".
        title: the statement in a few words.
        statement: the statement, in LaTeX.
        hypotheses: when it holds, in words.
        cites: keys of the bibliography.
        controls: broken variants of the law by name, each of which every kind of evidence must reject: the knobs of the
            law that are turned, such as dict(rate=2), or a law of its own. A theorem without any is incomplete.
        derivation: a function of a control's name, "" for none, that yields `Step`s; the steps must hold for ""
            and some step must fail for each control.
        evidence: the kinds the theorem lists; by default identity and sampled, and derived if there is a derivation.
        systems: the number systems the law can speak in.
        architectures: where to try the law, if not on the usual ones: in float64 and exactly on all of them, in
            other float types, and its controls, on the first.
        dtypes: the types of numbers that are sampled.
        refutes: laws of false claims, or knobs, by what they claim, such as the theorem without one of its hypotheses. Each must
            have an exact counterexample, and the theorem itself none.
        needs: packages besides our own that the law runs; where one is missing the theorem is not run.
        black_boxes: what is measured besides, with the first of `dtypes`, of code that is not ours.
        table: measurements beside the theorem, which are made when it is shown.
        glances: architectures on which a chunk of networks is sampled besides, in float64.

    Raises:
        ValueError: a malformed or repeated id, an unknown kind of evidence or number system.
    """
    checked_id(id)
    listed = tuple(evidence) if evidence is not None else (("derived",) if derivation else ()) + KINDS[1:3]
    listed += ("refuted",) if refutes and "refuted" not in listed else ()
    for name, values, known in (("evidence", listed, KINDS), ("systems", systems, SYSTEMS)):
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(f"{id}: unknown {name} {unknown}; choose among {list(known)}.")
    if black_boxes is not None and set(black_boxes.controls) != set(controls or {}):
        raise ValueError(
            f"{id}: its black boxes have controls {list(black_boxes.controls)}; name {list(controls or {})}."
        )

    def made_of(law: Callable) -> Theorem:
        def variants(given: Mapping[str, Any] | None, of: Callable = law) -> dict[str, Any]:
            return {name: _turned(variant, of, f"{id}, {name!r}") for name, variant in (given or {}).items()}

        boxes = black_boxes and BlackBoxes(black_boxes.law, variants(black_boxes.controls, black_boxes.law))
        return registry.register(
            Theorem(
                id=id,
                title=title,
                statement=statement,
                hypotheses=hypotheses,
                cites=tuple(cites),
                controls=variants(controls),
                derivation=derivation,
                evidence=listed,
                systems=frozenset(systems),
                architectures=tuple(architectures) if architectures is not None else None,
                dtypes=tuple(dtypes),
                law=law,
                refutes=variants(refutes),
                needs=tuple(needs),
                black_boxes=boxes,
                table=table,
                glances=tuple(glances),
            )
        )

    return made_of


def refuted_claim(
    id: str, *, title: str, statement: str, hypotheses: str, corrected_by: str, cites: Sequence[str] = ()
) -> Callable[[Callable], Theorem]:
    """Makes a false claim of the decorated law and registers it among the theorems.

    The claim must have an exact counterexample. Its control is the theorem that corrects it, which must have none.

    Args:
        id: chapter and number, such as "PERM.10".
        title: the claim in a few words.
        statement: what is claimed, in LaTeX.
        hypotheses: what is claimed of, in words.
        corrected_by: the id of the theorem that holds instead, of the same chapter or of one loaded before.
        cites: keys of the bibliography.

    Raises:
        ValueError: a malformed or repeated id; no theorem of the id that is to correct it.
    """
    checked_id(id)
    if corrected_by not in registry.REGISTRY:
        raise ValueError(f"{id} is to be corrected by {corrected_by!r}, which is no theorem so far; define it first.")

    def made_of(law: Callable) -> Theorem:
        return registry.register(
            Theorem(
                id=id,
                title=title,
                statement=statement,
                hypotheses=hypotheses,
                cites=tuple(cites),
                controls={f"{corrected_by} holds": registry.REGISTRY[corrected_by].law},
                derivation=None,
                evidence=("refuted",),
                systems=frozenset(SYSTEMS),
                architectures=None,
                dtypes=(),
                law=law,
                refutes={title: law},
                corrected_by=corrected_by,
            )
        )

    return made_of


def _turned(variant: Variant | PassesEmptily, law: Callable, where: str) -> Callable | PassesEmptily:
    if isinstance(variant, PassesEmptily):
        return PassesEmptily(law_of(variant.law, law, where))
    return law_of(variant, law, where)


def checked_id(id: str) -> None:
    """Does nothing for the id of a theorem.

    Raises:
        ValueError: it is not made of capitals, a dot and a number.
    """
    if not re.fullmatch(r"[A-Z]+\.[1-9][0-9]*", id):
        raise ValueError(f"theorem id {id!r} is malformed; expected capitals, a dot and a number, such as 'PERM.1'.")


def _marks(function: Callable) -> list[tuple[int, str]]:
    """The lines in which something is marked as missing: their numbers, and what is missing."""
    try:
        lines, first = inspect.getsourcelines(function)
    except OSError:  # made where there is no file, so no file is to be filled in
        return []
    marked = [(number, line.partition(FILL_IN)[1:]) for number, line in enumerate(lines, start=first)]
    return [(number, what.strip(" :\n") or "this line") for number, (mark, what) in marked if mark]
