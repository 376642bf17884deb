"""A session gathers evidence for a set of theorems, item by item; what they share is computed once.

An item is one line of evidence: `derived`, `identity`, `sampled-float32`, `control-phi-left-out`.
"""

import dataclasses
import inspect
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from symmetry.architecture import SMALL
from symmetry.claim import Claim, computed_verdict, told
from symmetry.engine.identity import POINTS
from symmetry.engine.kernel import described_error, exact_settings
from symmetry.engine.measure import Trials
from symmetry.engine.refute import Counterexample, Search
from symmetry.engine.report import run_example
from symmetry.engine.shrink import Example, smallest_example
from symmetry.engine.work import Work, is_measured
from symmetry.evidence import Evidence, Finding, Heading
from symmetry.own_backprop import current
from symmetry.own_evidence import attributed, own_code
from symmetry.theorem import FILL_IN, PassesEmptily, Theorem


def slug(name: str) -> str:
    """A control's name as it stands in an item.

    >>> slug("phi' left out")
    'phi-left-out'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def items_of(theorem: Theorem | Claim) -> list[str]:
    """The items of a theorem, in the order they are run; a claim has one."""
    if isinstance(theorem, Claim):
        return ["decided"]
    items = [kind for kind in ("derived", "identity") if kind in theorem.evidence]
    if "sampled" in theorem.evidence:
        items += [f"sampled-{dtype}" for dtype in theorem.dtypes]
    if "refuted" in theorem.evidence:
        items.append("refuted")
    return items + [f"control-{slug(name)}" for name in theorem.controls]


@dataclasses.dataclass
class Session:
    """Gathers evidence for `theorems` with a budget of `networks` a float type and line.

    The theorems given share kernels, so give all that will be asked for; the same theorems, budget and seed give the
    same evidence. `progress` is told what is being done.
    """

    theorems: Sequence[Theorem | Claim]
    networks: int = 10_000
    seed: int = 0
    progress: Callable[[str], None] = lambda activity: None
    work: Work = dataclasses.field(init=False, repr=False)
    counterexamples: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict, init=False, repr=False)

    def __post_init__(self):
        if self.networks < 1:
            raise ValueError(f"the number of networks is {self.networks}; it must be at least 1.")
        if self.seed < 0:
            raise ValueError(f"the seed is {self.seed}; it must be at least 0.")
        self.work = Work(self.theorems, self.networks, self.seed, self.progress)

    def findings(self, wanted: Sequence[str] | None = None) -> Iterator[Finding]:
        """All evidence for all theorems, or for those of the wanted ids, theorem by theorem."""
        for each in self.theorems:
            if wanted is not None and each.id not in wanted:
                continue
            yield attributed(Finding(Heading.of(each), [self.gather(each, item) for item in items_of(each)]))

    def gather(self, theorem: Theorem | Claim, item: str) -> Evidence:
        """One item's line of evidence.

        Raises:
            ValueError: the theorem has no such item.
        """
        if item not in items_of(theorem):
            raise ValueError(f"{theorem.id} has no item {item!r}; it has {', '.join(items_of(theorem))}.")
        self.progress(f"{theorem.id} {item}")
        kind, _, rest = item.partition("-")
        if isinstance(theorem, Claim):
            with exact_settings():
                return self._decided(theorem)
        if theorem.unfilled:
            return _unfilled(theorem, kind, rest)
        if theorem.missing:
            reason = f"{' and '.join(theorem.missing)} missing; install symmetry-proofs[test]"
            details = {"dtype": rest} if kind == "sampled" else {}
            details = {"name": _named(theorem, rest)} if kind == "control" else details
            return Evidence(kind, "not run", details | {"reason": reason})
        with exact_settings():
            if kind == "derived":
                return self._derived(theorem)
            if kind == "identity":
                return self._identity(theorem)
            if kind == "refuted":
                return self._refuted(theorem)
            return self._sampled(theorem, rest) if kind == "sampled" else self._control(theorem, rest)

    # Derived.

    def _derived(self, theorem: Theorem) -> Evidence:
        if theorem.derivation is None:
            return Evidence("derived", "not run", {"reason": "no derivation is written"})
        derivation = self.work.derivation(theorem.id, "")
        details: dict[str, Any] = {"scope": "every width and depth", "steps": derivation.steps}
        details |= own_code(derivation.ran)
        if reason := derivation.failure or derivation.error:
            report = f"The derivation fails at {reason}."
            return _failed("derived", details, reason, report, command_for(theorem))
        return Evidence("derived", "passed", details)

    # Identity.

    def _identity(self, theorem: Theorem) -> Evidence:
        if not self._speaks(theorem, "identity"):
            return Evidence("identity", "not run", {"reason": "excluded: the law does not speak in exact numbers"})
        found = self.work.identities(theorem.module, "symbols" in theorem.systems)[theorem.id, None]
        details: dict[str, Any] = {
            "architectures": [list(architecture.widths) for architecture in found.architectures],
            "points": 0 if "symbols" in theorem.systems else POINTS,
            "log2_failure": found.log2_failure,
        }
        details |= own_code(found.ran)
        return self._line(theorem, "identity", details, found.failure, found.error, bool(found.cases))

    # Sampled.

    def _sampled(self, theorem: Theorem, name: str) -> Evidence:
        if is_measured(theorem):
            return self._measured(theorem, name)
        if not self._speaks(theorem, "sampled"):
            reason = "excluded: the law does not speak in floats"
            return Evidence("sampled", "not run", {"dtype": name, "reason": reason})
        tally = self.work.tallies(theorem.module, name)[theorem.id, None]
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
        details |= own_code(tally.ran)
        failure = ""
        if tally.violation is not None:
            where, excess = tally.violation.path or "the value", tally.violation.excess
            failure = f"{where} differs by {excess:.3g} times the bound on {tally.violation.architecture}"
        if tally.networks and tally.vacuous == tally.networks and not failure and not tally.error:
            reason = "vacuous: on every network the bound is too wide, or the sides too small, for anything to fail"
            return Evidence("sampled", "not run", details | {"reason": reason})
        if theorem.black_boxes is not None and name == theorem.dtypes[0] and not failure and not tally.error:
            measured = self.work.black_boxes()[theorem.id, None]
            details |= {"black_boxes": measured.count, "vacuous_black_boxes": measured.vacuous}
            details["worst"] = max(tally.worst, measured.worst)
            details |= own_code(tally.ran | measured.ran)
            if reason := _broken(measured):
                reproduce = command_for(theorem, "--seed", str(self.seed))
                return _failed("sampled", details, reason, reason, reproduce)
        return self._line(theorem, "sampled", details, failure, tally.error, bool(tally.networks or tally.error))

    def _measured(self, theorem: Theorem, dtype: str) -> Evidence:
        measured = self.work.measurement(theorem.id, dtype, None)
        details: dict[str, Any] = {
            "dtype": dtype,
            "networks": measured.networks,
            "operations": measured.count - measured.networks,
            "worst": measured.worst,
            "vacuous": measured.vacuous,
            "vacuous_leaves": 0,
        }
        details |= own_code(measured.ran)
        if reason := _broken(measured):
            reproduce = command_for(theorem, "--seed", str(self.seed))
            return _failed("sampled", details, reason, reason, reproduce)
        return Evidence("sampled", "passed", details)

    # Refuted.

    def _refuted(self, theorem: Theorem) -> Evidence:
        """A counterexample to every false claim, and none to the theorem itself; a false claim has only the former."""
        found = {claim: self.work.counterexample(theorem.id, claim) for claim in theorem.refutes}
        details: dict[str, Any] = {"claims": [_described(claim, each.found) for claim, each in found.items()]}
        if theorem.is_false:
            details["corrected_by"] = theorem.corrected_by
        standing = [
            f"{claim!r} raised {each.error}" if each.error else f"no counterexample was found to {claim!r}"
            for claim, each in found.items()
            if each.found is None
        ]
        own = Search() if theorem.is_false else self.work.counterexample(theorem.id, None)
        if own.found is not None:
            standing.append(f"the theorem's own law has a counterexample: {own.found.failure}")
        if own.error:
            standing.append(f"the theorem's own law raised {own.error}")
        details |= own_code(own.ran.union(*[each.ran for each in found.values()]))
        if standing:
            reason = "; ".join(standing)
            return _failed("refuted", details, reason, reason, command_for(theorem))
        return Evidence("refuted", "passed", details)

    # Claims.

    def _decided(self, claim: Claim) -> Evidence:
        """The verdict that the instances lead to, which must be the one stated."""
        try:
            instances = self.work.instances(claim.id)
        except Exception as error:  # a check that raises has failed, whatever it raises
            reason = f"its check raised {described_error(error)}"
            return _failed("decided", {"verdict": claim.said_verdict}, reason, reason, f"symmetry prove {claim.id}")
        details: dict[str, Any] = {
            "verdict": claim.said_verdict,
            "thread": claim.thread,
            "decided_by": list(claim.follows_from),
            "instances": [dataclasses.asdict(instance) for instance in instances],
        }
        found = computed_verdict(instances)
        if found == claim.verdict:
            return Evidence("decided", "passed", details)
        tried = "\n".join(f"  {told(instance)}" for instance in instances)
        reason = f"the claim is said to be {claim.said_verdict!r}, but its instances make it {found!r}"
        return _failed("decided", details, reason, f"{reason}:\n{tried}", f"symmetry prove {claim.id}")

    # Controls.

    def _control(self, theorem: Theorem, slugged: str) -> Evidence:
        name = _named(theorem, slugged)
        if theorem.is_false:
            return self._corrected(theorem, name)
        kinds = [kind for kind in theorem.evidence if kind != "refuted" and self._speaks(theorem, kind)]
        blind = {kind: reason for kind in kinds if (reason := self._not_rejected(theorem, name, kind))}
        details: dict[str, Any] = {
            "name": name,
            "caught": not blind,
            "by": [kind for kind in kinds if kind not in blind],
        }
        if blind or not kinds:
            reason = "; ".join(f"{kind}: {why}" for kind, why in blind.items()) or "no kind of evidence ran"
            report = f"The control {name!r} was not rejected, so the check proves nothing: {reason}."
            return _failed("control", details, reason, report, command_for(theorem))
        return Evidence("control", "passed", details)

    def _corrected(self, theorem: Theorem, name: str) -> Evidence:
        """The control of a false claim: what refutes it must not refute the theorem that corrects it."""
        corrected = self.work.counterexample(theorem.id, name)
        example = corrected.found.failure if corrected.found else corrected.error
        details: dict[str, Any] = {"name": name, "caught": not example, "by": [] if example else ["refuted"]}
        if not example:
            return Evidence("control", "passed", details)
        reason = f"{theorem.corrected_by} was refuted too: {example}"
        return _failed("control", details, reason, reason, command_for(theorem))

    def _speaks(self, theorem: Theorem, kind: str) -> bool:
        """Whether the law can give that kind of evidence in one of its number systems; a measured law needs none."""
        if is_measured(theorem):
            return True
        needed = {"derived": theorem.systems, "sampled": {"balls"}, "identity": {"residues", "symbols"}}[kind]
        return bool(theorem.systems & needed)

    def _not_rejected(self, theorem: Theorem, name: str, kind: str) -> str:
        """Why a kind of evidence did not reject a control; empty if it did."""
        if kind == "derived":
            derivation = self.work.derivation(theorem.id, name)
            rejected, error = bool(derivation.failure), derivation.error
            return "" if rejected else f"it raised {error}" if error else "every step of its derivation passed"
        if kind == "identity":
            found = self.work.identities(theorem.module, "symbols" in theorem.systems)[theorem.id, name]
            rejected, error = bool(found.failure), found.error
        elif is_measured(theorem):
            measured = self.work.measurement(theorem.id, theorem.dtypes[-1], name)
            rejected, error = bool(measured.violation), measured.error
        else:
            tally = self.work.control_tallies(theorem.module)[theorem.id, name]
            empty = tally.vacuous == tally.networks and tally.violation is None
            rejected = empty if isinstance(theorem.controls[name], PassesEmptily) else tally.violation is not None
            error = tally.error
            if theorem.black_boxes is not None:
                measured = self.work.black_boxes()[theorem.id, name]
                if not measured.violation:
                    return f"the black boxes raised {measured.error}" if measured.error else "the black boxes agreed"
        if error:
            return f"it raised {error}"
        return "" if rejected else "its sides agreed"

    # Failures.

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
        if theorem.id not in self.counterexamples:  # one is enough: the first found, whatever its float type
            self.counterexamples[theorem.id] = self._counterexample(theorem, details.get("dtype", "float64"))
        text, example = self.counterexamples[theorem.id]
        case = ("--example", example) if example else ("--seed", str(self.seed))
        reproduce = command_for(theorem, *case)
        return _failed(kind, details, failure, f"{failure}\n{text}", reproduce, example.split(" ")[0] or None)

    def _counterexample(self, theorem: Theorem, dtype: str) -> tuple[str, str]:
        """The smallest counterexample in a float type: how it reads, and its text for `--example`."""
        if "balls" not in theorem.systems:
            return "", ""
        self.progress(f"{theorem.id} failed; looking for the smallest network that breaks it")
        example = smallest_example(theorem.id, theorem.law, jnp.dtype(dtype), theorem.architectures or SMALL)
        if example is None:
            return f"No small network was found that breaks it in {dtype}.", ""
        return run_example(theorem, example, jnp.dtype(dtype))[1], example.text_in(dtype)


def prove(theorem: Theorem | Claim, networks: int = 10_000, seed: int = 0) -> Finding:
    """All evidence for one theorem: what `symmetry prove` does, for a notebook, which shows the finding as a table.

    Raises:
        ValueError: the number of networks is below 1, or the seed below 0.
    """
    return next(Session([theorem], networks, seed).findings())


def command_for(theorem: Theorem, *options: str) -> str:
    """The command that runs a theorem again; it names the file of one that is not in the catalogue, and an own backprop."""
    file = inspect.getsourcefile(theorem.law)
    if theorem.is_own and theorem.module != "__main__" and file is not None:
        here, path = Path.cwd(), Path(file)
        options = (*options, "--path", shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path)))
    if (own := current()) is not None:
        options = (*options, "--backprop", shlex.quote(own.spec))
    return " ".join(("symmetry prove", theorem.id, *options))


def _broken(measured: Trials) -> str:
    """Why measured trials fail; empty if they do not."""
    return f"the law raised {measured.error}" if measured.error else measured.violation


def _unfilled(theorem: Theorem, kind: str, rest: str) -> Evidence:
    """The line of a theorem parts of which are not written yet: it fails, and says which."""
    file = Path(inspect.getsourcefile(theorem.law) or theorem.module).name
    said = [f"  line {line}: {what}" for line, what in theorem.unfilled.items()]
    reason = f"{theorem.id} is not filled in: {FILL_IN} still marks {len(said)} lines of {file}"
    details: dict[str, Any] = {"dtype": rest, "networks": 0, "vacuous": 0} if kind == "sampled" else {}
    if kind == "control":
        details = {"name": _named(theorem, rest), "caught": False, "by": []}
    return _failed(kind, details, reason, "\n".join([f"{reason}.", *said]), command_for(theorem))


def _named(theorem: Theorem, slugged: str) -> str:
    """A control's name from its item's."""
    return next(name for name in theorem.controls if slug(name) == slugged)


def _described(claim: str, example: Counterexample | None) -> dict[str, Any]:
    """A refuted claim as the record has it."""
    if example is None:
        return {"claim": claim, "counterexample": None}
    architecture = example.architecture
    return {
        "claim": claim,
        "counterexample": "" if architecture is None else Example(architecture, example.buffer).text,
        "failure": example.failure,
        "left": example.left,
        "right": example.right,
    }


def _failed(
    kind: str, details: dict[str, Any], reason: str, report: str, reproduce: str, counterexample: str | None = None
) -> Evidence:
    """A failed line: what the record adds to its details, and what a person reads."""
    details = details | {"reason": reason, "counterexample": counterexample, "reproduce": reproduce}
    return Evidence(kind, "failed", details, f"{report}\nTo run it again: {reproduce}")
