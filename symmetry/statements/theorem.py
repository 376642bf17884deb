"""Theorems: a law that returns the two sides of its equation, with its statement, hypotheses and controls.

A law asserts nothing; the engine decides how its sides are compared in each number system.
"""

import dataclasses
import functools
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeAlias

from symmetry.architecture import SAMPLED, Architecture
from symmetry.cases import runs_on_floats_only
from symmetry.given import require_texts
from symmetry.markdown import escaped
from symmetry.statements.besides import BlackBoxes, FormalProof, Measurements, OtherPrograms, absent
from symmetry.statements.ids import require_id
from symmetry.statements.mistakes import mistakes, require_declared
from symmetry.statements.registry import register
from symmetry.statements.statement import Job, Statement
from symmetry.statements.unfilled import marks
from symmetry.statements.variant import PassesEmptily, Variant, function_of, law_of, require_names, turned_knobs

SYSTEMS = ("balls", "residues", "symbols")
"""The number systems that a law may be limited to: balls stand for floats of every type."""

DTYPES = ("float64", "float32", "bfloat16", "float16")
"""The float types that laws are sampled in."""

CONTROL_NETWORKS = 1_024
"""Networks on which a control is sampled."""

WIDE = DTYPES[:2]
"""The float types wide enough for a product of several roundings to be distinguished from a fault."""

Key: TypeAlias = tuple[str, str | None]
"""A law: the id of its theorem, and the name of a control or None."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Theorem(Statement):
    """A law and what is known of it. Made by `@theorem`; calling it calls the law."""

    hypotheses: str
    derivation: Callable | None
    systems: frozenset[str]
    architectures: tuple[Architecture, ...] | None
    dtypes: tuple[str, ...]
    law: Callable
    refutes: Mapping[str, Callable] = dataclasses.field(default_factory=dict)
    needs: tuple[str, ...] = ()
    black_boxes: BlackBoxes | None = None
    table: Callable[[], Measurements] | None = None
    glances: tuple[Architecture, ...] = ()
    knobs: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What each control turns, as text; "" for a control that is a law of its own."""
    formal: FormalProof | None = None
    is_drawn: ClassVar[bool] = True
    """Whether networks are drawn for its law, which kernels then run on many of them at once."""

    def __call__(self, *cases, **named):
        return self.law(*cases, **named)

    @property
    def function(self) -> Callable:
        return self.law

    @property
    def premise(self) -> str:
        return self.hypotheses

    def remarks(self) -> list[str]:
        kinds, controls = ", ".join(self.evidence), escaped("; ".join(self.controls) or "none")
        return [f"*Hypotheses:* {escaped(self.hypotheses)}.", f"*Evidence listed:* {kinds}. *Controls:* {controls}."]

    @property
    def formal_file(self) -> Path | None:
        """The file of its proof in Agda."""
        return self.formal and self.formal.file(self.function)

    def speaks(self, systems: frozenset[str]) -> bool:
        """Whether the law runs in one of these number systems."""
        return bool(self.systems & systems)

    @property
    def kernel_laws(self) -> dict[Key, Callable]:
        """The law and its controls, which kernels run together with those of other theorems."""
        laws: dict[Key, Callable] = {(self.id, None): self.law}
        return laws | {(self.id, name): function_of(control) for name, control in self.controls.items()}

    def searched(self) -> dict[str | None, Callable]:
        """Laws to which a counterexample is looked for: of false claims by what they claim; None is the theorem's own."""
        return {**self.refutes, None: self.law}

    def jobs(self) -> Iterator[Job]:
        if "derived" in self.evidence and self.derivation is not None:
            yield from (("derivation", self.id, fault) for fault in ("", *self.controls))
        if "refuted" in self.evidence:
            yield from (("counterexample", self.id, claim) for claim in self.searched())
        if "formal" in self.evidence and self.formal_file is not None:
            yield ("formal", str(self.formal_file.parent))
        if self.black_boxes is not None:
            yield ("black_boxes", self.black_boxes.together)

    @property
    def missing(self) -> list[str]:
        """The packages that its law needs and that are not installed."""
        return absent(self.needs)

    @functools.cached_property
    def unfilled(self) -> dict[int, str]:
        """What the source of its law, controls and derivation still marks as missing, by the line of the file."""
        laws = map(function_of, self.controls.values())
        parts = [each for each in (self.law, *laws, self.derivation) if inspect.isfunction(each)]
        return dict(sorted(mark for part in parts for mark in marks(part)))

    @functools.cached_property
    def mistakes(self) -> list[str]:
        """What keeps its law, its controls or what it refutes from being run, each in a line."""
        controls = {name: function_of(control) for name, control in self.controls.items()}
        return mistakes(self.id, {"": self.law, **controls, **self.refutes})

    @property
    def is_whole(self) -> bool:
        """Whether it is written so that it can be run."""
        return not self.unfilled and not self.mistakes


class MeasuredTheorem(Theorem):
    """A theorem whose law draws and counts for itself, being about the method or about code that is not ours."""

    is_drawn = False

    def speaks(self, systems: frozenset[str]) -> bool:
        return True

    @property
    def kernel_laws(self) -> dict[Key, Callable]:
        return {}

    def searched(self) -> dict[str | None, Callable]:
        return {**self.refutes}

    def jobs(self) -> Iterator[Job]:
        yield from super().jobs()
        yield from (("measurement", self.id, dtype, None) for dtype in self.dtypes)
        yield from (("measurement", self.id, self.dtypes[-1], name) for name in self.controls)


class ModelTheorem(MeasuredTheorem):
    """A theorem about a model of the reader's own, whose law is written like any other: cases are drawn for it."""

    @property
    def function(self) -> Callable:
        return inspect.unwrap(self.law)


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
    black_boxes: BlackBoxes | OtherPrograms | None = None,
    table: Callable[[], Measurements] | None = None,
    glances: Sequence[Architecture] = (),
    formal: FormalProof | None = None,
) -> Callable[[Callable], Theorem]:
    """Makes a theorem of the decorated law and registers it.

    Args:
        id: chapter and number, such as "PERM.1".
        title: the statement in a few words.
        statement: the statement, in LaTeX.
        hypotheses: when it holds, in words.
        cites: keys of the bibliography.
        controls: broken variants of the law by name; every kind of evidence must reject each: the knobs of the
            law that are turned, such as dict(rate=2), or a law of its own. A theorem without any is incomplete.
        derivation: a function of a control's name, "" for none, that yields `Step`s; the steps must hold for ""
            and some step must fail for each control.
        evidence: the kinds the theorem lists; by default identity and sampled, derived if there is a derivation, and formal
            if there is a proof in Agda.
        systems: the number systems the law can speak in.
        architectures: where to try the law, if not on the usual ones: in float64 and exactly on all of them, in
            other float types, and its controls, on the first.
        dtypes: the types of numbers that are sampled.
        refutes: laws of false claims, or knobs, by what they claim, such as the theorem without one of its hypotheses.
            Each must have an exact counterexample, and the theorem itself none.
        needs: packages besides our own that the law runs; where one is missing the theorem is not run.
        black_boxes: what is measured besides, with the first of `dtypes`, of code that is not ours: by laws of
            its own, or by the theorem's own law with another program in the place of ours.
        table: measurements beside the theorem, which are made when it is shown.
        glances: architectures on which a chunk of networks is sampled besides, in float64.
        formal: a proof in Agda.

    Raises:
        ValueError: a malformed or repeated id, an unknown kind of evidence or number system, controls without names that
            differ, a formal proof that refutes none of them or is not listed; when the law is decorated, a formal proof
            without a file, a control that is no function and turns no knob of the law.
    """
    require_id(id)
    require_declared(id, {"title": title, "statement": statement, "hypotheses": hypotheses}, cites, dtypes)
    require_names(id, {} if controls is None else controls)
    require_names(id, {} if refutes is None else refutes)
    first = ("formal",) * (formal is not None) + ("derived",) * (derivation is not None)
    listed = _listed(id, evidence, systems, first, refutes=bool(refutes))
    if (formal is not None) != ("formal" in listed):
        has = "a formal proof and evidence without it" if formal is not None else "formal evidence and no formal proof"
        raise ValueError(f"{id}: {has}; give both or neither.")
    for beside in (formal, black_boxes):
        if beside is not None:
            beside.require(id, controls or {})

    def decorated(law: Callable) -> Theorem:
        if not inspect.isfunction(law):
            raise ValueError(f"{id}: expected a law, which is a function, and got {law!r}.")
        if formal is not None:
            formal.require_file(id, law)
        words = (id, title, statement, tuple(cites))
        broken = {name: _broken(variant, law, f"{id}, {name!r}") for name, variant in (controls or {}).items()}
        false = _laws(id, refutes or {}, law)
        tried = (frozenset(systems), None if architectures is None else tuple(architectures), tuple(dtypes))
        where = (architectures or (SAMPLED,))[0]
        boxes = black_boxes and black_boxes.of_theorem(id, law, controls or {}, where, CONTROL_NETWORKS)
        knobs = {name: turned_knobs(variant) for name, variant in (controls or {}).items()}
        rest = (false, tuple(needs), boxes, table, tuple(glances), knobs, formal)
        if runs_on_floats_only(law):
            run, few = _on_floats(law, broken, id)
            kinds, tried = (
                ("sampled",) if evidence is None else listed,
                (frozenset(("balls",)), None, tuple(dtypes)[:1]),
            )
            return register(ModelTheorem(*words, few, kinds, hypotheses, derivation, *tried, run, *rest))
        kind = MeasuredTheorem if _takes_trials(law) else Theorem
        return register(kind(*words, broken, listed, hypotheses, derivation, *tried, law, *rest))

    return decorated


def _on_floats(
    law: Callable, controls: Mapping[str, Callable | PassesEmptily], id: str
) -> tuple[Callable, Mapping[str, Callable | PassesEmptily]]:
    """A law about a model of the reader's own and its controls, as measured laws."""
    from symmetry.engine.float_laws import measured

    if empty := [name for name, control in controls.items() if isinstance(control, PassesEmptily)]:
        raise ValueError(
            f"{id}: the control {empty[0]!r} cannot pass emptily on a model; pass a variant that is rejected."
        )
    few = {name: measured(function_of(control), CONTROL_NETWORKS) for name, control in controls.items()}
    return measured(law), few


def _listed(
    id: str, evidence: Sequence[str] | None, systems: Sequence[str], first: Sequence[str], *, refutes: bool
) -> tuple[str, ...]:
    """The kinds of evidence that a theorem lists, checked to exist, and so its number systems."""
    require_texts(f"{id}: evidence", () if evidence is None else evidence)
    listed = tuple(evidence) if evidence is not None else (*first, "identity", "sampled")
    listed += ("refuted",) if refutes and "refuted" not in listed else ()
    # One file each; controls and decided claims come by themselves.
    folder = Path(__file__).parent.parent / "evidence" / "kinds"
    kinds = sorted({module.name for module in pkgutil.iter_modules([str(folder)])} - {"control", "decided"})
    for name, values, known in (("evidence", listed, kinds), ("systems", systems, SYSTEMS)):
        require_texts(f"{id}: {name}", values)
        if unknown := sorted(set(values) - set(known)):
            raise ValueError(f"{id}: unknown {name} {unknown}; choose among {list(known)}.")
    return listed


def _takes_trials(law: Callable) -> bool:
    """Whether the law takes `Trials`, to draw and count for itself, rather than cases that are drawn for it."""
    annotations = [parameter.annotation for parameter in inspect.signature(law).parameters.values()]
    return any(getattr(each, "__name__", each) == "Trials" for each in annotations)


def _laws(id: str, variants: Mapping[str, Variant], law: Callable) -> dict[str, Callable]:
    return {name: law_of(variant, law, f"{id}, {name!r}") for name, variant in variants.items()}


def _broken(variant: Variant | PassesEmptily, law: Callable, where: str) -> Callable | PassesEmptily:
    if isinstance(variant, PassesEmptily):
        return PassesEmptily(law_of(variant.law, law, where))
    return law_of(variant, law, where)
