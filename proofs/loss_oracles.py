"""METH, continued: oracles of losses and of softmax depend on all that they are asked about, example by example."""

from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp
import numpy as np

from proofs.method import SHARE
from proofs.oracles import Fact, add_avoided, add_kept, equal, fresh, keys
from symmetry.array import Array
from symmetry.engine.measure import Trials
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers import Residue
from symmetry.numbers.residue import unknown_curvature, unknown_error, unknown_loss
from symmetry.numbers.residue.oracle import hashed, mix_rows
from symmetry.statements.theorem import theorem

EXAMPLES, WIDTH = 2, 3
"""Examples in a batch, and outputs and targets of each."""

Oracle = Callable[[Residue, Residue, Array], Residue]


def at_each(function: Callable, *arguments) -> Residue:
    """A function of one case on each of many, stacked along the leading axis."""
    return jax.vmap(function)(*arguments)


def with_entry(batch: Residue, example: int, entry: int, values: Residue) -> Residue:
    """The batches (trials, examples, entries) with another value of one entry in each."""
    changed = np.asarray(batch.value).copy()
    changed[:, example, entry] = values.value
    return Residue(changed)


def dependence(oracles: dict[str, Oracle], batches: tuple[Residue, Residue], key: Array, new: Residue) -> Iterator:
    """Where answers stay when one entry of one argument changes, and where other examples' answers do not."""
    for what, oracle in oracles.items():
        before = at_each(oracle, *batches, key)
        for argument, example, entry in np.ndindex(2, EXAMPLES, WIDTH):
            moved = list(batches)
            moved[argument] = with_entry(batches[argument], example, entry, new)
            after = at_each(oracle, *moved, key)
            place = f"{what} where entry {entry} of the {('outputs', 'targets')[argument]} changes"
            if what == "value":
                yield place, equal(before, after), None
            else:
                yield (
                    place,
                    equal(before[:, example], after[:, example]),
                    equal(before[:, 1 - example], after[:, 1 - example]),
                )


def kept_by_losses(oracles: dict[str, Oracle], batches: tuple[Residue, Residue], key: Array) -> Iterator[Fact]:
    """The order of the examples does not matter, and Hessians are symmetric."""
    turned = [batch[:, ::-1] for batch in batches]
    value, error, curvature = (at_each(oracle, *batches, key) for oracle in oracles.values())
    value_turned, error_turned, curvature_turned = (at_each(oracle, *turned, key) for oracle in oracles.values())
    yield "the value of the examples in another order", equal(value, value_turned)
    yield "the errors of the examples in another order", equal(error[:, ::-1], error_turned)
    yield "the Hessians of the examples in another order", equal(curvature[:, ::-1], curvature_turned)
    yield "the transposed Hessian", equal(curvature, Residue(jnp.swapaxes(curvature.value, -1, -2)))


def avoided_by_losses(oracles: dict[str, Oracle], batches: tuple[Residue, Residue], key: Array) -> Iterator[Fact]:
    """Answers for outputs and targets exchanged or moved alike, and under another key; errors like one another."""
    outputs, targets = batches
    swapped, moved = outputs[:, :, np.array([1, 0, 2])], outputs[:, :1, :1]
    for what, oracle in oracles.items():
        here = at_each(oracle, outputs, targets, key)
        yield f"{what} of targets and outputs", equal(here, at_each(oracle, targets, outputs, key))
        yield f"{what} of exchanged outputs", equal(here, at_each(oracle, swapped, targets, key))
        yield f"{what} of both moved alike", equal(here, at_each(oracle, outputs + moved, targets + moved, key))
        yield f"{what} of both multiplied", equal(here, at_each(oracle, outputs * 2, targets * 2, key))
        yield f"{what} under another key", equal(here, at_each(oracle, outputs, targets, key ^ np.uint64(1)))
    error, curvature = (at_each(oracles[what], outputs, targets, key) for what in ("error", "Hessian"))
    yield "errors of two outputs", equal(error, error[:, :, np.array([1, 2, 0])])
    upper = curvature[:, :, np.array([0, 0, 1, 0, 1, 2]), np.array([1, 2, 2, 0, 1, 2])]
    for shift in range(1, 6):
        yield "entries of a Hessian", equal(upper, Residue(jnp.roll(upper.value, shift, -1)))
    yield (
        "the value and an error",
        equal(at_each(oracles["value"], outputs[:, :1], targets[:, :1], key)[:, None], error[:, 0]),
    )


def without_targets(oracle: Oracle) -> Oracle:
    return lambda outputs, targets, key: oracle(outputs, targets * 0, key)


def without_the_last_output(oracle: Oracle) -> Oracle:
    return lambda outputs, targets, key: oracle(outputs * np.array([1, 1, 0]), targets, key)


def of_the_whole_batch(outputs: Residue, targets: Residue, key: Array) -> Residue:
    """Errors that depend on all examples."""
    return unknown_error(outputs.sum(0, keepdims=True) + outputs * 0, targets, key)


def not_symmetric(outputs: Residue, targets: Residue, key: Array) -> Residue:
    """Hessians whose entries are hashes of ordered pairs."""
    rows = mix_rows(mix_rows(key, outputs.value), targets.value)
    pairs = jnp.arange(WIDTH**2, dtype=jnp.uint64).reshape(WIDTH, WIDTH)
    return hashed(rows[:, None, None], pairs)


@theorem(
    "METH.15",
    title="A loss oracle depends on every output and every target of its example, and its Hessian is symmetric",
    statement=r"(a, y) \neq (a', y') \;\Rightarrow\; L(a, y) \neq L(a', y'),\ \delta_k(a, y) \neq \delta_k(a', y'), \qquad "
    r"H_{jk} = H_{kj}",
    hypotheses="2 examples, 3 outputs a and targets y of each; one entry changed at a time; answers coincide by chance only: as "
    "often as has a probability of 2^-40",
    cites=["schwartz1980fast"],
    controls={
        "a value that ignores the targets": dict(value=without_targets(unknown_loss)),
        "errors that ignore the targets": dict(error=without_targets(unknown_error)),
        "a value that ignores the last output": dict(value=without_the_last_output(unknown_loss)),
        "errors of the batch as a whole": dict(error=of_the_whole_batch),
        "a Hessian that is not symmetric": dict(curvature=not_symmetric),
        "Hessians that ignore the last output": dict(curvature=without_the_last_output(unknown_curvature)),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def loss_oracles_depend_on_every_entry(
    trials: Trials,
    *,
    value: Oracle = unknown_loss,
    error: Oracle = unknown_error,
    curvature: Oracle = unknown_curvature,
) -> None:
    """Random batches, each under a key of its own, with and without a change."""
    count = max(trials.budget // SHARE, 100)
    oracles: dict[str, Oracle] = {"value": value, "error": error, "Hessian": curvature}
    batches = fresh(trials, count, EXAMPLES, WIDTH), fresh(trials, count, EXAMPLES, WIDTH)
    key, new = keys(trials, count), fresh(trials, count)
    for what, still, others in dependence(oracles, batches, key, new):
        add_avoided(trials, [(what, still)])
        if others is not None:
            add_kept(trials, [(f"{what}, of the other example", others)])
    add_kept(trials, kept_by_losses(oracles, batches, key))
    add_avoided(trials, avoided_by_losses(oracles, batches, key))


OfLogits = Callable[[Residue], Residue]


def sums_to_2(logits: Residue) -> Residue:
    return softmax(logits) + np.array([1, 0, 0])


def of_the_logits_themselves(logits: Residue) -> Residue:
    """Rows that sum to 1 and are not moved with the logits."""
    rows = hashed(mix_rows(np.uint64(1), logits.value)[:, None], np.arange(WIDTH, dtype=np.uint64))
    return rows * np.array([0, 1, 1]) + (1 - rows[:, 1:].sum(-1, keepdims=True)) * np.array([1, 0, 0])


def of_two_logits(logits: Residue) -> Residue:
    return softmax(logits * np.array([1, 1, 0]) + logits[:, :1] * np.array([0, 0, 1]))


@theorem(
    "METH.16",
    title="The oracle of softmax sees the differences of the logits, all of them, and no more",
    statement=r"p(a + c) = p(a), \quad \sum_k p_k(a) = 1, \quad s(a + c) = s(a) + c",
    hypotheses="p_k for softmax of class k, s for the logarithm of the sum of exponentials; any c, added to all 3 logits a of a "
    "row; otherwise answers coincide by chance only: as often as has a probability of 2^-40",
    cites=["schwartz1980fast"],
    controls={
        "rows that sum to 2": dict(probabilities=sums_to_2),
        "an oracle of the logits themselves": dict(probabilities=of_the_logits_themselves),
        "the last logit ignored": dict(probabilities=of_two_logits),
        "a logarithm that does not move with the logits": dict(logarithm=lambda logits: softmax(logits)[:, 1:2]),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def the_oracle_of_softmax_sees_differences(
    trials: Trials, *, probabilities: OfLogits = softmax, logarithm: OfLogits = log_sum_exp
) -> None:
    """Random rows, moved as a whole and entry by entry."""
    count = max(trials.budget // SHARE, 100)
    logits, c = fresh(trials, count, WIDTH), fresh(trials, count, 1)
    p, l = probabilities(logits), logarithm(logits)
    add_kept(
        trials,
        [
            ("softmax of moved logits", equal(p, probabilities(logits + c))),
            ("the sum of the probabilities", equal(p.sum(-1), Residue.of(1))),
            ("the logarithm for moved logits", equal(l + c, logarithm(logits + c))),
        ],
    )
    for entry in range(WIDTH):
        moved = logits + c * np.eye(WIDTH, dtype=int)[entry]
        add_avoided(trials, [(f"softmax where logit {entry} moves", equal(p, probabilities(moved)))])
        add_avoided(trials, [(f"the logarithm where logit {entry} moves", equal(l, logarithm(moved)))])
    add_avoided(trials, [(f"probabilities {k} and the next", equal(p[:, k], p[:, k - 1])) for k in range(WIDTH)])
