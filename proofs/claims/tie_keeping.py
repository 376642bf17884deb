"""Changes of training that treat all units in the same way, and so keep a tie (CLAIM.11)."""

import inspect
import operator
from typing import TYPE_CHECKING

import jax.numpy as jnp
import sympy

from proofs.claims.alterations import BATCH, altered, batch_standardised, compared, moved, standardised, tied_network
from proofs.claims.threads import purpose_claim
from proofs.claims.units import decimals, optimised, units
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network, backprop, batch_of, map_parameters, network_of
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance
from symmetry.training import GradientDescent

if TYPE_CHECKING:
    import optax

FAMILIAR = """
adabelief adadelta adafactor adagrad adam adamax adamaxw adamw adan amsgrad fromage lamb lars lbfgs lion nadam nadamw
novograd optimistic_adam_v2 optimistic_gradient_descent polyak_sgd radam rmsprop rprop sgd sign_sgd signum sm3 yogi
contrib.acprop contrib.ademamix contrib.adopt contrib.cocob contrib.dadapt_adamw contrib.dog contrib.dowg contrib.madgrad
contrib.momo contrib.momo_adam contrib.muon contrib.prodigy contrib.schedule_free_sgd contrib.simplified_ademamix
"""
"""Optimisers of optax."""


@purpose_claim(
    "CLAIM.11",
    position="accepted answer",
    says="Units that start equal stay equal whatever training does to all units alike.",
    statement=r"(w_i, b_i, v_i) = (w_j, b_j, v_j) \text{ before a step } \Rightarrow \text{ after it; of each alteration of "
    r"training listed}",
    verdict="right",
    why="Each of these commutes with a swap of the two units, so both units change in the same way. Gradients are exact. "
    "A step along equal gradients keeps the tie, and so does every further step.",
    follows_from=("TIE.3", "TIE.14", "PERM.6"),
    quoted="learning the exact same weights",
)
def what_training_does_to_all_units_alike():
    network = tied_network()
    yield from steps_that_keep_a_tie(tied_network(hidden="leaky_relu"))
    for what, normalise in (
        ("batch norm", batch_standardised),
        ("layer norm", standardised([range(3)])),
        ("RMS norm", standardised([range(3)], centred=False)),
    ):
        yield altered(f"{what} of the preactivations of a 2-3-1 tanh network", network, before=normalise)
    grouped = standardised([range(3), range(3, 6)])
    yield altered(
        "group norm of a 2-6-1 square network, units 1 and 2 in one group of three",
        tied_network(4, "square"),
        before=grouped,
    )
    mask = Symbol.of([[2], [0], [2]])
    yield altered("a dropout mask that all units share", network, after=lambda a: a * mask)
    yield altered("the penalty |W^T W - 1|^2 for orthogonality", network, penalty=unorthogonality)
    yield in_bfloat16()
    yield with_optimisers_of_optax()


def unorthogonality(weight: Symbol) -> Symbol:
    excess = weight.T @ weight - Symbol.of(sympy.eye(weight.shape[1]).tolist())
    return (excess * excess).sum()


def steps_that_keep_a_tie(network: Network):
    """One or two exact steps of each kind."""
    halves = [Batch(BATCH.x[:2], BATCH.y[:2]), Batch(BATCH.x[2:], BATCH.y[2:])]
    noisy = Batch(BATCH.x + Symbol.of([["1/7", "-1/3"], ["1/5", "1/9"], ["-1/4", "1/2"]]), BATCH.y)
    dropped = Batch(BATCH.x * Symbol.of([[2, 0], [2, 2], [0, 2]]), BATCH.y)
    train = GradientDescent(10).train
    norm = sympy.sqrt(sum((layer.weight * layer.weight).sum() for layer in backprop(network, BATCH).layers))
    stepped = {
        "two minibatches in turn": train(network, halves),
        "weight decay (L2)": GradientDescent(10, decay=4).train(network, [BATCH] * 2),
        "a rate for each layer": moved(network, lambda slope, layer: -slope / (10 + 7 * layer)),
        "clipping elementwise": moved(network, lambda slope, layer: -slope.map(lambda g: min(max(g, -1), 1)) / 10),
        "clipping the global norm": moved(network, lambda slope, layer: -slope / (10 * norm)),
        "noise on the inputs": train(network, [noisy]),
        "dropout of inputs": train(network, [dropped]),
        "rounding to multiples of 1/64 after the step": rounded(train(network, [BATCH])),
    }
    for what, after in stepped.items():
        yield compared(f"{what}, a 2-3-1 network of leaky ReLU units in exact numbers", after)


def rounded(network: Network) -> Network:
    return map_parameters(lambda part: part.map(lambda number: round(number * 64) / sympy.Integer(64)), network)


def in_bfloat16() -> Instance:
    """A single example, so that both units go through the same operations."""
    with exact_settings():
        weights = [jnp.asarray(layer.weight.astype(float), jnp.bfloat16) for layer in tied_network().layers]
        network = network_of(weights, hidden="tanh")
        batch = batch_of(network, jnp.asarray([[1.0, 0.3]], jnp.bfloat16), jnp.asarray([[3.0]], jnp.bfloat16))
        after = GradientDescent(7).train(network, [batch] * 3)
        dtype = after.layers[0].weight.dtype
        first, second, _ = units(after)
    return Instance(
        f"rounding to {dtype}: three steps on one example",
        holds=first == second,
        computed=f"units 1 and 2 are {first} and {second}",
    )


def with_optimisers_of_optax() -> Instance:
    """Two steps by every optimiser of `FAMILIAR` on a network of two 3 by 3 weights."""
    with exact_settings():
        weights = [[[0.5, 0.5, 1.0], [-0.3, -0.3, 0.7], [0.1, 0.1, 0.6]], [[0.7, 0.2, 1.0]] * 2 + [[1.5, -1.0, 0.4]]]
        network = network_of(weights, hidden="tanh")
        batch = batch_of(network, [[1.0, 0.3, 0.2]], [[3.0, -1.0, 1.0]])
        start, *_ = units(network)
        after = {name: optimised(network, batch, made_by_optax(name), steps=2) for name in FAMILIAR.split()}
    shown = {name: [decimals(unit, 10) for unit in found] for name, found in after.items()}
    kept = [name for name, (first, second, _) in shown.items() if first == second != decimals(start, 10)]
    return Instance(
        "two steps by optimisers of optax, in float64, to ten decimals",
        holds=len(kept) == len(after),
        computed=f"{len(kept)} of {len(after)} move the units and keep the tie: {', '.join(kept)}",
    )


def made_by_optax(name: str) -> "optax.GradientTransformation":
    """An optimiser of optax with a rate of 1/16 if it takes one, and without a line search."""
    import optax.contrib

    make = operator.attrgetter(name)(optax)
    parameters = inspect.signature(make).parameters
    given = {"learning_rate": 1 / 16} if "learning_rate" in parameters and name != "contrib.cocob" else {}
    return make(**given, **({"linesearch": None} if name == "lbfgs" else {}))
