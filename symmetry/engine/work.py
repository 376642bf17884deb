"""The work that items share: kernels run once for all theorems of a chapter, whoever asks first.

A job is a method of `Work` and its arguments, so that worker processes can do it too.
"""

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import jax.numpy as jnp
import numpy as np

from symmetry.architecture import EQUAL_WIDTHS, EXACT, SAMPLED, Architecture
from symmetry.cases import case_types, fits
from symmetry.engine.identity import ExactTally, try_formulas, try_residues
from symmetry.engine.jobs import cost
from symmetry.engine.kernel import described_error, exact_settings, kernels_of
from symmetry.engine.measure import Trials, trials
from symmetry.engine.memory import collecting_rarely, give_back_if_scarce
from symmetry.engine.refute import Search, search
from symmetry.engine.sample import SamplingPlan, chunk_size, sample
from symmetry.engine.shrink import adversarial_buffers
from symmetry.engine.tally import Tally
from symmetry.replaceable import noting
from symmetry.statements.claim import Claim, Instance
from symmetry.statements.ids import chapter_and_number
from symmetry.statements.statement import Job, Statement
from symmetry.statements.theorem import CONTROL_NETWORKS, DTYPES, Key, Theorem
from symmetry.statements.variant import function_of

if TYPE_CHECKING:
    from symmetry.engine.derive import Derivation
    from symmetry.formal.checking import Checking

ADVERSARIAL = 1_000
"""Networks that Hypothesis generates, beside the random ones, for each float type."""

NARROW = 4
"""16-bit types get one network in so many: most are vacuous there, and nothing that floats do is peculiar to them."""

Choices = Callable[[Theorem], Sequence[Architecture]]
"""The architectures on which a theorem is tried."""

Result = TypeVar("Result")


def shared(method: Callable[..., Result]) -> Callable[..., Result]:
    """Marks a job: done once, here or wherever `Work.fetch` has it done."""

    @functools.wraps(method)
    def once(self, *arguments):
        job = (method.__name__, *arguments)
        if job not in self.kept:
            self.kept[job] = self.fetch(job) if self.fetch is not None else method(self, *arguments)
            give_back_if_scarce()
        return self.kept[job]

    return once


@dataclasses.dataclass
class Work:
    """The jobs of a set of statements, with a budget of `networks` a float type and a seed.

    `progress` is called with what is being done. `fetch`, if set, gets a job and returns what it computes.
    """

    given: Sequence[Statement]
    networks: int
    seed: int
    progress: Callable[[str], None] = lambda activity: None
    fetch: Callable[[Job], object] | None = None
    elsewhere: Mapping[Job, Future] = dataclasses.field(default_factory=dict, init=False, repr=False)
    """The jobs that `fetch` has others do."""
    kept: dict[Job, object] = dataclasses.field(default_factory=dict, init=False, repr=False)

    @functools.cached_property
    def theorems(self) -> dict[str, Theorem]:
        """The theorems that are whole, by id."""
        return {each.id: each for each in self.given if isinstance(each, Theorem) and each.is_whole}

    def jobs(self, wanted: Collection[str] | None = None) -> list[Job]:
        """The shared work, of the wanted ids only if some are named, in about the order in which items will ask for it."""
        jobs: list[Job] = []
        asked = [each for each in self.given if wanted is None or each.id in wanted]
        whole = [each for each in asked if each.id in self.theorems]
        for module in dict.fromkeys(each.module for each in whole):
            theorems = [self.theorems[each.id] for each in whole if each.module == module]
            jobs += [("identities", module, symbolic) for symbolic in (False, True)]
            jobs += [job for each in theorems if not each.missing for job in each.jobs()]
            jobs += [("tallies", module, dtype) for dtype in DTYPES if any(dtype in each.dtypes for each in theorems)]
            jobs += [("control_tallies", module)]
        others = [each for each in asked if not isinstance(each, Theorem)]
        return list(dict.fromkeys(jobs)) + [job for each in others for job in each.jobs()]

    def share_done(self, jobs: Sequence[Job]) -> float:
        """The part of these jobs that is done, by what each costs."""
        done = [job for job in jobs if job in self.kept or (job in self.elsewhere and self.elsewhere[job].done())]
        return sum(map(cost, done)) / max(sum(map(cost, jobs)), 1)

    def compute(self, job: Job) -> object:
        """One job's result, computed here."""
        method, *arguments = job
        with exact_settings(), collecting_rarely():
            return getattr(self, str(method))(*arguments)

    @shared
    def identities(self, module: str, symbolic: bool) -> dict[Key, ExactTally]:
        """Of every theorem of a module and of its controls, which need one architecture only."""
        laws = self._laws(module, lambda made: made.systems & {"residues", "symbols"})
        laws = {key: law for key, law in laws.items() if symbolic == ("symbols" in self.theorems[key[0]].systems)}
        found = {key: ExactTally() for key in laws}

        def choices(theorem: Theorem) -> Sequence[Architecture]:
            return theorem.architectures or EXACT

        for architecture in self._architectures(laws, choices):
            trying = {key: law for key, law in laws.items() if self._tries(key, architecture, choices)}
            self.progress(f"identities of {module} on {architecture}")
            for key, law in trying.items():
                if symbolic:
                    try_formulas(law, architecture, found[key])
                else:
                    try_residues(law, self.seed, architecture, found[key])
        for key, law in laws.items():
            if not case_types(law):
                try_formulas(law, None, found[key])
        return found

    @shared
    def tallies(self, module: str, dtype: str) -> dict[Key, Tally]:
        """Of every theorem of a module in one float type."""
        sampled = self._sampled_laws(module)
        laws = {key: law for key, law in sampled.items() if key[1] is None and dtype in self.theorems[key[0]].dtypes}
        tallies = {key: Tally() for key in laws}

        def choices(theorem: Theorem) -> Sequence[Architecture]:
            return (*(theorem.architectures or (SAMPLED, EQUAL_WIDTHS)), *theorem.glances)

        for architecture in self._architectures(laws, choices):
            trying = {key: law for key, law in laws.items() if self._tries(key, architecture, choices)}
            main = {key: law for key, law in trying.items() if architecture == self._main_architecture(key[0])}
            beside = {key: law for key, law in trying.items() if key not in main and dtype == "float64"}
            for group, plan in ((main, self._plan(architecture, dtype)), (beside, self._glance(architecture))):
                for part in kernels_of(group):
                    self.progress(f"{dtype} networks {architecture} of {module}")
                    sample(part, jnp.dtype(dtype), plan, self.seed, tallies)
        return tallies

    def _plan(self, architecture: Architecture, dtype: str) -> SamplingPlan:
        """The whole budget, and the adversarial cases, for a main architecture."""
        networks = self.networks if np.dtype(dtype).itemsize > 2 else -(-self.networks // NARROW)
        return SamplingPlan(architecture, networks, self._adversarial)

    def _glance(self, architecture: Architecture) -> SamplingPlan:
        """A chunk of networks, for any other architecture."""
        return SamplingPlan(architecture, min(chunk_size(architecture), self.networks))

    @functools.cached_property
    def _adversarial(self) -> np.ndarray:
        return adversarial_buffers(self.seed, min(ADVERSARIAL, self.networks))

    @shared
    def control_tallies(self, module: str) -> dict[Key, Tally]:
        """Of every control of a module, in float64."""
        laws = {key: law for key, law in self._sampled_laws(module).items() if key[1] is not None}
        tallies = {key: Tally() for key in laws}
        for architecture in dict.fromkeys(self._main_architecture(id) for id, _ in laws):
            trying = {key: law for key, law in laws.items() if self._tries_control(key, architecture)}
            for part in kernels_of(trying):
                self.progress(f"controls of {module}")
                sample(part, jnp.float64, SamplingPlan(architecture, CONTROL_NETWORKS), self.seed, tallies)
        return tallies

    @shared
    def measurement(self, id: str, dtype: str, control: str | None) -> Trials:
        """The trials of a measured law or of one of its controls."""
        theorem = self.theorems[id]
        law = theorem.law if control is None else function_of(theorem.controls[control])
        return self._measured(law, id, dtype)

    @shared
    def black_boxes(self, together: str) -> dict[Key, Trials]:
        """The trials of black boxes that share what they run, and of their controls."""
        return {
            (each.id, control): self._measured(law, each.id, each.dtypes[0])
            for each in self.theorems.values()
            if (boxes := each.black_boxes) is not None and boxes.together == together and not boxes.missing
            for control, law in {None: boxes.law, **boxes.controls}.items()
        }

    def _measured(self, law: Callable, id: str, dtype: str) -> Trials:
        self.progress(f"{dtype} trials of {id}")
        measured = trials(id, jnp.dtype(dtype), self.networks, self.seed)
        with noting(measured.ran):
            try:
                law(measured)
            except Exception as error:  # a law that raises has failed, whatever it raises
                measured.error = described_error(error, law)
        measured.kernels.clear()  # which no process can send to another
        return measured

    @shared
    def instances(self, id: str) -> tuple[Instance, ...]:
        """The instances on which a claim was tried."""
        self.progress(f"instances of {id}")
        return next(each for each in self.given if isinstance(each, Claim) and each.id == id).instances

    @shared
    def derivation(self, id: str, fault: str) -> "Derivation":
        """The steps of a theorem's derivation, checked; with a control's name as the fault, some step must fail."""
        from symmetry.engine.derive import check

        theorem = self.theorems[id]
        assert theorem.derivation is not None
        self.progress(f"derivation of {id}")
        return check(theorem.derivation(fault), function_of(theorem.controls[fault]) if fault else theorem.law)

    @shared
    def formal(self, folder: str) -> "Checking":
        """What Agda says of the theorems' files in a folder, about the functions that are in place."""
        from symmetry.formal.checking import checked

        files = [each.formal_file for each in self.theorems.values()]
        self.progress("proofs in Agda")
        names = [file.stem for file in files if file is not None and str(file.parent) == folder]
        return checked(names, Path(folder))

    @shared
    def counterexample(self, id: str, claim: str | None) -> Search:
        """The smallest to a false claim, to a control of one, or, for None, to the theorem's own law."""
        self.progress(f"counterexamples of {id}")
        return search(id, self.theorems[id].searched()[claim])

    def _laws(self, module: str, wanted: Callable[[Theorem], object]) -> dict[Key, Callable]:
        """Laws and controls of a module that kernels run.

        In the order of their numbers, so that the same theorems share the same kernels in whatever order they are given.
        """
        laws: dict[Key, Callable] = {}
        for made in sorted(self.theorems.values(), key=lambda made: chapter_and_number(made.id)):
            if made.module == module and wanted(made):
                laws |= made.kernel_laws
        return laws

    def _sampled_laws(self, module: str):
        return self._laws(module, lambda made: "balls" in made.systems and "sampled" in made.evidence)

    def _architectures(self, laws, choices: Choices) -> list[Architecture]:
        """All that the laws' theorems choose."""
        return list(dict.fromkeys(architecture for id, _ in laws for architecture in choices(self.theorems[id])))

    def _tries(self, key: Key, architecture: Architecture, choices: Choices) -> bool:
        """Whether a law is tried on an architecture."""
        id, control = key
        if control is not None:
            return self._tries_control(key, architecture)
        theorem = self.theorems[id]
        types = case_types(theorem.law)
        return bool(types) and architecture in choices(theorem) and fits(types, architecture)

    def _tries_control(self, key: Key, architecture: Architecture) -> bool:
        """Whether a control is tried on an architecture: it is on one only."""
        id, _ = key
        return architecture == self._main_architecture(id) and bool(case_types(self.theorems[id].law))

    def _main_architecture(self, id: str) -> Architecture:
        """Where a theorem is sampled most, and its controls are tried."""
        return (self.theorems[id].architectures or (SAMPLED,))[0]
