"""The table of `symmetry show PERM.6`: every optimiser of optax with its verdicts."""

from collections.abc import Mapping
from importlib import metadata

from proofs.optimiser_runs import ARCHITECTURE, NETWORKS
from proofs.optimiser_survey import OptimiserFinding, is_elementwise, survey
from symmetry.cases import MINIBATCHES
from symmetry.statements.theorem import Measurements

SEED = 0
CLAIMS = ("commutes", "ties")


def table() -> Measurements:
    """Each optimiser's verdicts, in columns, and a witness for each that is not a yes."""
    found = survey(SEED)
    ran = {name: each for name, each in found.items() if not each.reason}
    header = ("optimiser", "elementwise", "commutes with pi", "keeps ties", "an ulp grows to")
    notes = [*_witnesses(ran), *[f"{name} was not run: {each.reason}" for name, each in found.items() if each.reason]]
    return Measurements(header, [_row(name, each) for name, each in ran.items()], _explained(found, ran), notes)


def _explained(found: Mapping[str, OptimiserFinding], ran: Mapping[str, OptimiserFinding]) -> str:
    both = sum(all(each.verdict(claim) == "yes" for claim in CLAIMS) for each in ran.values())
    return (
        f"Of {len(found)} optimisers that optax {metadata.version('optax')} exports, {len(ran)} ran; {both} of them commute "
        f"with pi and keep ties. Each trained {NETWORKS} networks {ARCHITECTURE} on {MINIBATCHES} minibatches, with weight "
        "decay, clipping by the global norm, and momentum where it has any. yes: any gap is within the one-ulp yardstick. but "
        "for rounding: there is a gap, and it shrinks with the unit roundoff from float32 to float64. no: it does not. Gaps "
        "are relative to the largest parameter. The last column says what a change of every input by one unit in the last "
        "place (ulp) grows to."
    )


def _row(name: str, each: OptimiserFinding) -> tuple[str, ...]:
    growth = f"{each.outcomes['commutes'].growth.max():.0f}"
    elementwise = "yes" if is_elementwise(name, SEED) else "no"
    return name, elementwise, _verdict_cell(each, "commutes"), _verdict_cell(each, "ties"), growth


def _verdict_cell(each: OptimiserFinding, claim: str) -> str:
    gap = f"{each.outcomes[claim].apart.max():.1g} apart"
    return {"yes": "yes", "no": f"no, {gap}", "rounding": f"but for rounding, {gap}"}[each.verdict(claim)]


def _witnesses(ran: Mapping[str, OptimiserFinding]) -> list[str]:
    lines = ["Witnesses: two parameters that ought to be equal, on the network where they are furthest apart."]
    for name, each in ran.items():
        for claim in CLAIMS:
            if each.verdict(claim) != "yes":
                outcome = each.outcomes[claim]
                worst = outcome.apart.argmax()
                one, other = outcome.witness[worst]
                lines.append(
                    f"{name}, {claim}: network {worst}, {one:.6g} against {other:.6g}, "
                    f"{outcome.excess[worst]:.1g} times the yardstick"
                )
    return lines
