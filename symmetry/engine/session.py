"""A session gathers evidence for a set of theorems, item by item; what theorems of a chapter share is computed once.

An item is one line of evidence: `derived`, `identity`, `sampled-float32`, `control-phi-left-out`.
"""

import dataclasses
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from symmetry.architecture import EXACT, SAMPLED, SMALL, SQUARE, THREADS, Architecture
from symmetry.cases import case_types, fits
from symmetry.engine.identity import POINTS, Identity, try_formulas, try_identities
from symmetry.engine.kernel import exact_settings
from symmetry.engine.measure import Trials, trials
from symmetry.engine.report import failure_report
from symmetry.engine.sample import Plan, Tally, chunk_size, sample
from symmetry.engine.shrink import adversarial_buffers, smallest_example
from symmetry.evidence import Evidence, Finding, Heading
from symmetry.theorem import DTYPES, Theorem

ADVERSARIAL = 1_000
"""Networks that Hypothesis generates, beside the random ones, for each float type."""

CONTROL_NETWORKS = 1_024

NARROW = 4
"""16-bit types get one network in so many: most are vacuous there, and nothing that floats do is peculiar to them."""


def slug(name: str) -> str:
    """A control's name as it stands in an item.

    >>> slug("phi' left out")
    'phi-left-out'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def items_of(theorem: Theorem) -> list[str]:
    """The items of a theorem, in the order they are run."""
    items = [kind for kind in ("derived", "identity") if kind in theorem.evidence]
    if "sampled" in theorem.evidence:
        items += [f"sampled-{dtype}" for dtype in theorem.dtypes]
    return items + [f"control-{slug(name)}" for name in theorem.controls]


def shared(method: Callable) -> Callable:
    """Marks work that several items need: done once, here or wherever `Session.fetch` has it done."""

    @functools.wraps(method)
    def once(self, *arguments):
        job = (method.__name__, *arguments)
        if job not in self.kept:
            self.kept[job] = self.fetch(job) if self.fetch is not None else method(self, *arguments)
        return self.kept[job]

    return once


@dataclasses.dataclass
class Session:
    """Gathers evidence for `theorems` with a budget of `networks` a float type and line.

    The theorems given share kernels, so give all that will be asked for; the same theorems, budget and seed give the
    same evidence. `progress` is told what is being done.
    """

    theorems: Sequence[Theorem]
    networks: int = 10_000
    seed: int = 0
    progress: Callable[[str], None] = lambda activity: None
    fetch: Callable[[tuple], Any] | None = None
    kept: dict[tuple, Any] = dataclasses.field(default_factory=dict, init=False, repr=False)

    def __post_init__(self):
        if self.networks < 1:
            raise ValueError(f"the number of networks is {self.networks}; it must be at least 1.")
        if self.seed < 0:
            raise ValueError(f"the seed is {self.seed}; it must be at least 0.")

    def findings(self) -> Iterator[Finding]:
        """All evidence for all theorems, theorem by theorem."""
        for each in self.theorems:
            yield Finding(Heading.of(each), [self.gather(each, item) for item in items_of(each)])

    def jobs(self) -> list[tuple]:
        """The shared work, as (method, *arguments), in about the order in which items will ask for it."""
        jobs: list[tuple] = []
        for module in dict.fromkeys(each.module for each in self.theorems):
            jobs += [("tallies", module, dtype) for dtype in DTYPES]
            jobs += [("identities", module, symbolic) for symbolic in (False, True)]
            jobs += [("control_tallies", module)]
        for each in self.theorems:
            if _is_measured(each):
                jobs += [("measurement", each.id, dtype, None) for dtype in each.dtypes]
                jobs += [("measurement", each.id, each.dtypes[-1], name) for name in each.controls]
        return jobs

    def compute(self, method: str, *arguments: Any) -> Any:
        """One job's result, computed here."""
        with exact_settings():
            return getattr(self, method)(*arguments)

    def gather(self, theorem: Theorem, item: str) -> Evidence:
        """One item's line of evidence.

        Raises:
            ValueError: the theorem has no such item.
        """
        if item not in items_of(theorem):
            raise ValueError(f"{theorem.id} has no item {item!r}; it has {', '.join(items_of(theorem))}.")
        self.progress(f"{theorem.id} {item}")
        with exact_settings():
            if item == "derived":
                return self._derived(theorem)
            if item == "identity":
                return self._identity(theorem)
            kind, _, rest = item.partition("-")
            return self._sampled(theorem, rest) if kind == "sampled" else self._control(theorem, rest)

    # Derived.

    def _derived(self, theorem: Theorem) -> Evidence:
        from symmetry.engine.derive import check

        if theorem.derivation is None:
            return Evidence("derived", "not run", {"reason": "no derivation is written"})
        derivation = check(theorem.derivation(""))
        details: dict[str, Any] = {"scope": "every width and depth", "steps": derivation.steps}
        if derivation.failure:
            reproduce = f"symmetry prove {theorem.id}"
            details |= {"reason": derivation.failure, "counterexample": None, "reproduce": reproduce}
            report = f"The derivation fails at {derivation.failure}.\nTo run it again: {reproduce}"
            return Evidence("derived", "failed", details, report)
        return Evidence("derived", "passed", details)

    # Identity.

    def _identity(self, theorem: Theorem) -> Evidence:
        if not theorem.systems & {"residues", "symbols"}:
            return Evidence("identity", "not run", {"reason": "excluded: the law does not speak in exact numbers"})
        found = self.identities(theorem.module, "symbols" in theorem.systems)[theorem.id, None]
        details: dict[str, Any] = {
            "architectures": [list(architecture.widths) for architecture in found.architectures],
            "points": 0 if "symbols" in theorem.systems else POINTS,
            "log2_failure": found.log2_failure,
        }
        return self._line(theorem, "identity", details, found.failure, found.error, bool(found.architectures))

    @shared
    def identities(self, module: str, symbolic: bool) -> dict[tuple[str, str | None], Identity]:
        """Of every theorem of a module and of its controls, which need one architecture only."""
        laws = self._laws(module, lambda made: made.systems & {"residues", "symbols"})
        laws = {key: law for key, law in laws.items() if symbolic == ("symbols" in self._by_id(key[0]).systems)}
        found = {key: Identity() for key in laws}
        for architecture in self._architectures(laws, EXACT):
            trying = {key: law for key, law in laws.items() if self._tries(key, architecture, EXACT)}
            if symbolic:
                for key, law in trying.items():
                    try_formulas(law, architecture, found[key])
            elif trying:
                self.progress(f"identities of {module} on {architecture}")
                try_identities(trying, self.seed, architecture, found)
        return found

    # Sampled.

    def _sampled(self, theorem: Theorem, name: str) -> Evidence:
        if "balls" not in theorem.systems:
            reason = "excluded: the law does not speak in floats"
            return Evidence("sampled", "not run", {"dtype": name, "reason": reason})
        if _is_measured(theorem):
            return self._measured(theorem, name)
        tally = self.tallies(theorem.module, name)[theorem.id, None]
        details: dict[str, Any] = {
            "dtype": name,
            "architectures": [list(architecture.widths) for architecture in tally.architectures],
            "networks": tally.networks,
            "worst": tally.worst,
            "vacuous": tally.vacuous,
            "vacuous_leaves": tally.vacuous_leaves,
            "adversarial": tally.adversarial,
            "vacuous_adversarial": tally.vacuous_adversarial,
        }
        failure = ""
        if tally.violation is not None:
            where, excess = tally.violation.path or "the value", tally.violation.excess
            failure = f"{where} differs by {excess:.3g} times the bound on {tally.violation.architecture}"
        return self._line(theorem, "sampled", details, failure, tally.error, bool(tally.networks or tally.error))

    def _measured(self, theorem: Theorem, dtype: str) -> Evidence:
        measured = self.measurement(theorem.id, dtype, None)
        details: dict[str, Any] = {
            "dtype": dtype,
            "networks": 0,
            "operations": measured.count,
            "worst": measured.worst,
            "vacuous": measured.vacuous,
            "vacuous_leaves": 0,
        }
        if measured.violation:
            details |= {
                "reason": measured.violation,
                "counterexample": None,
                "reproduce": f"symmetry prove {theorem.id} --seed {self.seed}",
            }
            report = f"{measured.violation}\nTo run it again: {details['reproduce']}"
            return Evidence("sampled", "failed", details, report)
        return Evidence("sampled", "passed", details)

    @shared
    def measurement(self, id: str, dtype: str, control: str | None) -> Trials:
        """The trials of a measured law or of one of its controls."""
        theorem = self._by_id(id)
        measured = trials(id, jnp.dtype(dtype), self.networks, self.seed)
        self.progress(f"{dtype} trials of {id}")
        (theorem.law if control is None else theorem.controls[control])(measured)
        return measured

    @shared
    def tallies(self, module: str, dtype: str) -> dict[tuple[str, str | None], Tally]:
        """Of every theorem of a module in one float type."""
        laws = {key: law for key, law in self._sampled_laws(module).items() if key[1] is None}
        tallies = {key: Tally() for key in laws}
        usual = (SAMPLED, SQUARE, *THREADS) if dtype == "float64" else (SAMPLED,)
        for architecture in self._architectures(laws, usual):
            trying = {
                key: law
                for key, law in laws.items()
                if self._tries(key, architecture, usual)
                and (dtype == "float64" or architecture == self._main_architecture(key[0]))
            }
            if trying:
                self.progress(f"{dtype} networks {architecture} of {module}")
                sample(trying, jnp.dtype(dtype), self._plan(architecture, dtype), self.seed, tallies)
        return tallies

    def _plan(self, architecture: Architecture, dtype: str) -> Plan:
        """The whole budget, and the adversarial cases, for a main architecture; a chunk for any other."""
        if not any(architecture == self._main_architecture(made.id) for made in self.theorems):
            return Plan(architecture, min(chunk_size(architecture), self.networks))
        networks = self.networks if np.dtype(dtype).itemsize > 2 else -(-self.networks // NARROW)
        return Plan(architecture, networks, self._adversarial)

    @functools.cached_property
    def _adversarial(self) -> np.ndarray:
        return adversarial_buffers(self.seed, min(ADVERSARIAL, self.networks))

    # Controls.

    def _control(self, theorem: Theorem, slugged: str) -> Evidence:
        name = next(name for name in theorem.controls if slug(name) == slugged)
        kinds = [kind for kind in theorem.evidence if self._speaks(theorem, kind)]
        blind = {kind: reason for kind in kinds if (reason := self._not_rejected(theorem, name, kind))}
        details: dict[str, Any] = {
            "name": name,
            "caught": not blind,
            "by": [kind for kind in kinds if kind not in blind],
        }
        if blind or not kinds:
            reason = "; ".join(f"{kind}: {why}" for kind, why in blind.items()) or "no kind of evidence ran"
            reproduce = f"symmetry prove {theorem.id}"
            details |= {"reason": reason, "counterexample": None, "reproduce": reproduce}
            report = f"The control {name!r} was not rejected, so the check proves nothing: {reason}."
            return Evidence("control", "failed", details, f"{report}\nTo run it again: {reproduce}")
        return Evidence("control", "passed", details)

    def _speaks(self, theorem: Theorem, kind: str) -> bool:
        needed = {"derived": theorem.systems, "sampled": {"balls"}, "identity": {"residues", "symbols"}}[kind]
        return bool(theorem.systems & needed)

    def _not_rejected(self, theorem: Theorem, name: str, kind: str) -> str:
        """Why a kind of evidence did not reject a control; empty if it did."""
        if kind == "derived":
            from symmetry.engine.derive import check

            assert theorem.derivation is not None
            return "" if check(theorem.derivation(name)).failure else "every step of its derivation passed"
        if kind == "identity":
            found = self.identities(theorem.module, "symbols" in theorem.systems)[theorem.id, name]
            rejected, error = bool(found.failure), found.error
        elif _is_measured(theorem):
            measured = self.measurement(theorem.id, theorem.dtypes[-1], name)
            rejected, error = bool(measured.violation), ""
        else:
            tally = self.control_tallies(theorem.module)[theorem.id, name]
            rejected, error = tally.violation is not None, tally.error
        if error:
            return f"it raised {error}"
        return "" if rejected else "its sides agreed"

    @shared
    def control_tallies(self, module: str) -> dict[tuple[str, str | None], Tally]:
        """Of every control of a module, in float64."""
        laws = {key: law for key, law in self._sampled_laws(module).items() if key[1] is not None}
        tallies = {key: Tally() for key in laws}
        for architecture in dict.fromkeys(self._main_architecture(id) for id, _ in laws):
            trying = {key: law for key, law in laws.items() if self._tries(key, architecture, ())}
            self.progress(f"controls of {module}")
            sample(trying, jnp.float64, Plan(architecture, CONTROL_NETWORKS), self.seed, tallies)
        return tallies

    # What the kinds share.

    def _by_id(self, id: str) -> Theorem:
        return next(made for made in self.theorems if made.id == id)

    def _laws(self, module: str, wanted: Callable[[Theorem], Any]) -> dict[tuple[str, str | None], Callable]:
        """Laws and controls of a module by (id, name of the control or None)."""
        laws: dict[tuple[str, str | None], Callable] = {}
        for made in self.theorems:
            if made.module == module and wanted(made) and not _is_measured(made):
                laws[made.id, None] = made.law
                laws.update({(made.id, name): control for name, control in made.controls.items()})
        return laws

    def _sampled_laws(self, module: str):
        return self._laws(module, lambda made: "balls" in made.systems and "sampled" in made.evidence)

    def _architectures(self, laws, usual: Sequence[Architecture]) -> list[Architecture]:
        """The usual architectures, and those that theorems name for themselves."""
        own = [architecture for id, _ in laws for architecture in self._by_id(id).architectures or ()]
        return list(dict.fromkeys([*usual, *own]))

    def _tries(self, key: tuple[str, str | None], architecture: Architecture, usual: Sequence[Architecture]) -> bool:
        """Whether a law is tried on an architecture; a control is on one only."""
        id, control = key
        if control is not None:
            return architecture == self._main_architecture(id)
        theorem = self._by_id(id)
        return architecture in (theorem.architectures or usual) and fits(case_types(theorem.law), architecture)

    def _main_architecture(self, id: str) -> Architecture:
        """Where a theorem is sampled most, and its controls are tried."""
        return (self._by_id(id).architectures or (SAMPLED,))[0]

    def _line(
        self, theorem: Theorem, kind: str, details: dict[str, Any], failure: str, error: str, ran: bool
    ) -> Evidence:
        """A line of evidence, with the smallest counterexample if it failed."""
        if not ran:
            return Evidence(kind, "not run", details | {"reason": "no architecture has the cases of this law"})
        if error:
            failure = f"the law raised {error}"
        if not failure:
            return Evidence(kind, "passed", details)
        key = ("counterexample", theorem.id)
        if key not in self.kept:  # one is enough: the first that failed, whatever its float type
            self.kept[key] = self._counterexample(theorem, details.get("dtype", "float64"))
        text, example = self.kept[key]
        reproduce = f"symmetry prove {theorem.id}" + (f" --example {example}" if example else f" --seed {self.seed}")
        details |= {"reason": failure, "counterexample": example or None, "reproduce": reproduce}
        return Evidence(kind, "failed", details, f"{failure}\n{text}\nTo run it again: {reproduce}")

    def _counterexample(self, theorem: Theorem, dtype: str) -> tuple[str, str]:
        """The smallest counterexample in a float type: how it reads, and its text for `--example`."""
        if "balls" not in theorem.systems:
            return "", ""
        self.progress(f"{theorem.id} failed; looking for the smallest network that breaks it")
        example = smallest_example(theorem.id, theorem.law, jnp.dtype(dtype), theorem.architectures or SMALL)
        if example is None:
            return f"No small network was found that breaks it in {dtype}.", ""
        return failure_report(theorem, example, jnp.dtype(dtype)), example.text


def _is_measured(theorem: Theorem) -> bool:
    return Trials in case_types(theorem.law).values()
