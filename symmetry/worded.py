"""Evidence in words: what a line of a record, or a theorem that is not run, may be said to show, and no more.

Numbers are rounded upwards (`symmetry.rounding`), so that they never say more than was found.
"""

from collections.abc import Mapping
from typing import Any

from symmetry.claim import Claim
from symmetry.rounding import exponent_of_chance, share_of_bound
from symmetry.theorem import Theorem


def gathered(made: Theorem | Claim) -> str:
    """What evidence a run gathers, of a theorem or claim of which no run is at hand."""
    if isinstance(made, Claim):
        return f"No run is cited. A run tries the claim on instances; the verdict stated is: {made.said_verdict}."
    kinds = {
        "derived": "derived (SymPy carries the derivation, step by step)",
        "identity": "identity (equality in exact arithmetic)",
        "sampled": f"sampled ({', '.join(made.dtypes)}, within a derived bound)",
        "refuted": "refuted (an exact counterexample to each false claim)",
    }
    listed = "; ".join(kinds[kind] for kind in made.evidence)
    return f"No run is cited. The evidence that a run gathers is {listed}; {_controls_of(made)}."


def _controls_of(made: Theorem) -> str:
    if not made.controls:
        return "there is no control, so that it counts as incomplete"
    if made.is_false:
        return f"there must be none to {made.corrected_by}, which corrects it"
    return f"each kind must reject {_count(len(made.controls), 'broken variant')}"


def found(theorem: Mapping[str, Any], versions: Mapping[str, str]) -> list[str]:
    """What the lines of a recorded theorem say, a sentence each, after its verdict; controls are counted in one."""
    controls = [line for line in theorem["evidence"] if line["kind"] == "control"]
    others = [line for line in theorem["evidence"] if line["kind"] != "control"]
    said = [f"Verdict: {_verdict(theorem['verdict'], versions)}."]
    said += [f"{_kind(line)}: {_told(line, versions)}." for line in others]
    if controls:
        caught = sum(bool(line.get("caught")) for line in controls)
        said.append(f"Controls: {caught} of {_count(len(controls), 'variant')} {_outcome_of_controls(others)}.")
    return said


def _outcome_of_controls(others: list[Mapping[str, Any]]) -> str:
    """What is wanted of a control: of a false claim's, which is the theorem that corrects it, the contrary."""
    return "not refuted, as it must be" if any("corrected_by" in line for line in others) else "rejected"


def of_run(record: Mapping[str, Any]) -> str:
    """The run that made a record: seed, budget and versions."""
    versions = record["environment"]
    names = {"python": "Python", "jax": "JAX", "numpy": "NumPy", "sympy": "SymPy", "hypothesis": "Hypothesis"}
    said = [f"{name} {versions[key]}" for key, name in names.items() if versions.get(key)]
    commit = [f"commit {versions['commit'][:12]}"] if versions.get("commit") else []
    where = [f"on {versions['device']}"] if versions.get("device") else []
    return f"Run: seed {record['seed']}, {record['networks']:,} networks, " + ", ".join([*said, *where, *commit]) + "."


def mark(verdict: str) -> str:
    """What stands before the title of anything that did not turn out to hold.

    >>> mark("wrong"), mark("right if n = 1"), mark("proved")
    ('FALSE: ', 'RIGHT ONLY IF n = 1: ', '')
    """
    if verdict.startswith("right if "):
        return f"RIGHT ONLY IF {verdict.removeprefix('right if ')}: "
    marks = {"refuted": "FALSE", "wrong": "FALSE", "failed": "FAILED", "incomplete": "INCOMPLETE"}
    marks |= {"not run": "NOT RUN", "cannot be run": "UNDECIDED"}
    return f"{marks[verdict]}: " if verdict in marks else ""


def _verdict(verdict: str, versions: Mapping[str, str]) -> str:
    return f"proved, trusting SymPy {versions.get('sympy', '')}" if verdict == "proved" else verdict


def _kind(line: Mapping[str, Any]) -> str:
    return f"Sampled in {line['dtype']}" if "dtype" in line else line["kind"].capitalize()


def _told(line: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    if line["outcome"] != "passed":
        return f"{line['outcome'].upper()}, {line.get('reason', 'for no stated reason')}"
    tell = {"derived": _derived, "identity": _identity, "sampled": _sampled, "refuted": _refuted, "decided": _decided}
    return tell[line["kind"]](line, versions)


def _derived(line: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    return f"SymPy {versions.get('sympy', '')} carried {_count(line['steps'], 'step')} ({line['scope']})"


def _identity(line: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    architectures = _count(len(line["architectures"]), "architecture")
    if not line["architectures"]:
        return "both sides are equal in exact arithmetic, in the only case of the law"
    if not line["points"]:
        return f"SymPy's formulas of both sides are equal on {architectures}"
    where = f"both sides are equal in exact arithmetic on {architectures}, at {line['points']} random points each"
    if line["log2_failure"] is None:
        return where
    return f"{where}; a false identity would have passed with probability at most 2^{exponent_of_chance(line['log2_failure'])}"


def _sampled(line: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    counts = [(line.get("operations", 0), "operation"), (line["networks"], "network")]
    counts += [(line.get("black_boxes", 0), "run of code that is not ours")]
    tried = " and ".join(_count(count, what) for count, what in counts if count)
    worst = share_of_bound(line["worst"])
    vacuous = line["vacuous"] + line.get("vacuous_black_boxes", 0)
    return f"{tried}, worst difference {worst} of the bound; {vacuous:,} could not have failed"


def _refuted(line: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    if "corrected_by" not in line:
        each = "" if len(line["claims"]) == 1 else "each "
        return f"{_count(len(line['claims']), 'false claim')} beside it, {each}with an exact counterexample"
    example = line["claims"][0]
    case = f" ({example['counterexample']})" if example["counterexample"] else ""
    sides = f"the sides are {_short(example['left'])} and {_short(example['right'])}"
    return f"an exact counterexample{case}, {example['failure']}: {sides}; {line['corrected_by']} corrects it"


def _decided(line: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    instances = line["instances"]
    if not instances:
        return "no run decides it"
    holds = sum(each["holds"] for each in instances)
    rests = f"; it rests on {', '.join(line['decided_by'])}" if line["decided_by"] else ""
    return f"tried on {_count(len(instances), 'instance')}, it held on {holds}{rests}"


def _count(number: int, what: str) -> str:
    """A number of things; what becomes plural is before " of "."""
    first, of, rest = what.partition(" of ")
    return f"{number:,} {first}{'' if number == 1 else 's'}{of}{rest}"


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 4]} ..."
