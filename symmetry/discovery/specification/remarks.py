"""What is to be said of a specification that is not wrong: what it leaves out, says twice, or could say more freely."""

from collections.abc import Iterator, Mapping

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.specification.change import Outcome
from symmetry.discovery.specification.comparison import Comparison
from symmetry.discovery.specification.judgement import Judgement
from symmetry.discovery.specification.ownership import Owned
from symmetry.wording import count


def remarks(comparison: Comparison, outcomes: Mapping[str, Outcome]) -> Iterator[Judgement]:
    """All of them."""
    for path in dict.fromkeys(comparison.found.repeated):
        says = f"{path} is listed twice alike, which is harmless; one line will do."
        yield Judgement("listed twice", path, says, False)
    for one in comparison.owned:
        if one.joins is not None:
            yield _joined(comparison, one)
        elif one.group.per and not one.has_blocks:
            yield _freer(comparison, one)
    for name in comparison.unowned:
        if outcomes[name].seen is None and any(
            one.name == name for each in comparison.right.values() for there in each for one in there
        ):
            yield _not_discovered(name, outcomes[name])
    for group in comparison.unlisted:
        yield _not_listed(comparison, group)
    yield from _still(comparison)


def _joined(comparison: Comparison, one: Owned) -> Judgement:
    other = one.joins.name if one.joins else ""
    says = (
        f"{one.name} is listed for two groups, {other} and {one.group.name}, whose units can be permuted independently; "
        "together they hold, but only permutations that move both alike are found. Under a name of its own:"
    )
    return Judgement("joined", one.name, says, False, comparison.lines_with(one.group))


def _freer(comparison: Comparison, one: Owned) -> Judgement:
    blocks = " and ".join(f"{number} of {what}" for what, number in one.group.per)
    says = f"{one.name} moves all blocks alike; it could have one permutation for each of {blocks}."
    return Judgement("blocks", one.name, says, False, comparison.lines_with(one.group))


def _not_discovered(name: str, outcome: Outcome) -> Judgement:
    if not outcome.trials:
        return Judgement("held", name, f"{name} has one unit, so that there is nothing to permute.", False)
    says = f"{name} was not found by discovery, but held on {count(outcome.trials, 'permutation')}."
    if not outcome.told:
        says += " So does moving any one of its axes alone, so that the function does not tell whether it is right."
    return Judgement("held", name, says, False)


def _not_listed(comparison: Comparison, group: UnitGroup) -> Judgement:
    says = f"not listed: {group}. This is allowed: these units stay where they are."
    return Judgement("not listed", group.name, says, False, comparison.lines_with(group))


def _still(comparison: Comparison) -> Iterator[Judgement]:
    """Parameters without a line in which nothing moves; the form {name: places} has no lines for these."""
    there = {axis.path for group in comparison.groups for axis in group.axes}
    paths = [path for path in comparison.shapes if path not in comparison.found.listed | there]
    if paths and not comparison.listing.by_name:
        says = f"not listed: {', '.join(paths)}. Nothing moves there, but code that looks for every parameter needs a line."
        yield Judgement("not listed", paths[0], says, False, comparison.lines(paths))
