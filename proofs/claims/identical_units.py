"""The units of a layer obey identical equations: what this means, and which errors each unit gets."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import sympy

from proofs.claims.threads import identical_claim, purpose_claim
from proofs.claims.units import listed, trained, units, unknown_network, written
from proofs.exact_networks import exact_batch, exact_network
from symmetry.actions import UnitPermutation
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network, backprop, backpropagate, batch_loss, batch_of, forward_pass, network_of
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance
from symmetry.training import gradient_step


@purpose_claim(
    "CLAIM.21",
    position="accepted answer",
    says="The errors are different for each unit, and so the units learn different weights.",
    statement=r"\delta_i \neq \delta_j \text{ for } i \neq j",
    verdict="wrong",
    why="There is one residual, and all units share it. The error sent back to a hidden unit, (V^T e)_j phi'(z_j), can be equal "
    "for different units: linear units with equal outgoing weights, or sigmoid units with opposite preactivations.",
    follows_from=("GRAD.2",),
    quoted="errors represented by the output",
)
def errors_differ_from_unit_to_unit():
    batch = exact_batch([[1]], [[4]])
    network = exact_network([[[1, 2, 3]], [[1], [2], [-1]]])
    (_, a, _), gradient = forward_pass(network, batch.x)[1], backprop(network, batch)
    quotients = [slope / active for slope, active in zip(gradient.layers[1].weight.ravel(), a.ravel(), strict=True)]
    yield Instance(
        "the error at the output by which each of three identity units changes its outgoing weight, dL/dv_j / a_j",
        holds=len(set(quotients)) == 3,
        computed=f"{written(quotients)} with (w, v) {listed(units(network))}",
    )
    network = exact_network([[[1, 2, 3]], [[2], [2], [2]]])
    errors = hidden_errors(network, batch)
    yield Instance(
        "hidden errors of identity units with weights 1, 2, 3 and outgoing weight 2",
        holds=len(set(errors)) == 3,
        computed=written(errors),
    )
    network = exact_network([[[1, -1]], [[2], [2]]], hidden="sigmoid")
    first, second = hidden_errors(network, batch)
    yield Instance(
        "hidden errors of sigmoid units with weights 1 and -1 and outgoing weight 2",
        holds=sympy.simplify(first - second) != 0,
        computed=f"{float(first):.6f} and {float(second):.6f}, equal as formulas",
    )


def hidden_errors(network: Network, batch: Batch) -> list:
    return backpropagate(network, *forward_pass(network, batch.x), batch.y)[0].ravel().tolist()


@identical_claim(
    "CLAIM.22",
    position="question",
    says="The equations of all units of a layer are identical.",
    statement=r"\mathrm{GD}(P\theta) = P\,\mathrm{GD}(\theta) \text{ for every permutation } P \text{ of a layer's units}",
    verdict="right",
    why="Only the numbers distinguish units: a step from permuted weights leads to the same weights, permuted. Floats are added "
    "in another order, so there the two runs agree up to rounding (if the steps are too short to magnify it), not bit by bit.",
    follows_from=("PERM.4", "PERM.6", "PERM.7"),
    quoted="the node equations are identical",
)
def the_equations_of_units_are_identical():
    w, other_w, v, other_v, x, y = Symbol.named("number", (6,))
    network = unknown_network([[[w, other_w]], [[v], [other_v]]], [[1, 2], [3]])
    batch = exact_batch([[x]], [[y]])
    swap = UnitPermutation.of(network, [[1, 0]])
    one, other = (trained(start, batch, rate=10, steps=1)[1] for start in (network, swap.act(network)))
    yield Instance(
        "a 1-2-1 network of symbols, its activations and its loss unknown functions, units 1 and 2 exchanged; a step",
        holds=units(other) == units(swap.act(one)),
        computed="the formulas after the step are exchanged too",
    )
    network = exact_network([[[1, 2, -1], [0, 1, 3]], [[2], [1], [-1]]], [[1, 0, -2], [1]], hidden="leaky_relu")
    batch = exact_batch([[1, 2], [-1, 1]], [[1], [3]])
    end = trained(network, batch, rate=50, steps=3)[-1]
    orders = [UnitPermutation.of(network, [order]) for order in itertools.permutations(range(3))]
    agreeing = [units(trained(pi.act(network), batch, rate=50, steps=3)[-1]) == units(pi.act(end)) for pi in orders]
    yield Instance(
        "a 2-3-1 network of leaky ReLU units in fractions, in each order of its units; three steps of 1/50",
        holds=all(agreeing),
        computed=f"the weights end in the same order as they began in {sum(agreeing)} of {len(orders)}",
    )
    steps = 1000
    gap, largest, epsilon = gap_after_a_permuted_run(steps)
    yield Instance(
        f"a 2-7-1 tanh network in float64, its units in another order; {steps} steps of 1/20",
        holds=gap <= steps * epsilon * largest,
        computed=f"the runs end {gap:.0e} apart, {'not equal' if gap else 'equal'} bit by bit; {steps} roundings of the largest "
        f"weight may make {steps * epsilon * largest:.0e}",
    )


def gap_after_a_permuted_run(steps: int) -> tuple[float, float, float]:
    """The largest gap between the permuted end and the end from a permuted start, the largest weight, and epsilon."""
    with exact_settings():
        drawn = np.random.default_rng(1).standard_normal
        network = network_of([drawn((2, 7)), drawn((7, 1))], [drawn(7), drawn(1)], hidden="tanh")
        batch = batch_of(network, drawn((6, 2)), drawn((6, 1)))
        pi = UnitPermutation.of(network, [[1, 2, 3, 4, 5, 6, 0]])
        run = jax.jit(
            lambda start: jax.lax.fori_loop(
                0, steps, lambda _, here: gradient_step(here, backprop(here, batch), 20), start
            )
        )
        ends = [jax.tree.leaves(end.layers) for end in (pi.act(run(network)), run(pi.act(network)))]
        gap = max(float(jnp.abs(one - other).max()) for one, other in zip(*ends, strict=True))
        return gap, max(float(jnp.abs(leaf).max()) for leaf in ends[0]), float(jnp.finfo(ends[0][0].dtype).eps)


@identical_claim(
    "CLAIM.23",
    position="comment on the question",
    says="The parameters of a network are neither symmetrical nor intertwined.",
    statement=r"L(P\theta) \neq L(\theta);\quad \partial^2 L / \partial\theta_i\,\partial\theta_j = 0 \text{ for weights of "
    r"different units}",
    verdict="wrong",
    why="Exchanging two units leaves the loss as it is, and the second derivative by weights of two units is v_i v_j phi'(z_i) "
    "phi'(z_j) x^2 for half the squared error: each unit's best step depends on the others.",
    follows_from=("PERM.3",),
    quoted="Components are not symmetrical nor intertwined",
)
def parameters_are_neither_symmetrical_nor_intertwined():
    w_1, w_2, v_1, v_2, x, y = sympy.symbols("w_1 w_2 v_1 v_2 x y", real=True)
    network = unknown_network([[[w_1, w_2]], [[v_1], [v_2]]], loss="half_squared_error")
    batch = exact_batch([[x]], [[y]])
    swapped = UnitPermutation.of(network, [[1, 0]]).act(network)
    loss = batch_loss(network, batch).item()
    yield Instance(
        "not symmetrical: the loss of two units of unknown activation, in symbols, and with the units exchanged",
        holds=sympy.expand(batch_loss(swapped, batch).item() - loss) != 0,
        computed=f"both are {loss}",
    )
    mixed = sympy.factor(sympy.diff(backprop(network, batch).layers[0].weight[0, 0], w_2))
    yield Instance("not intertwined: the derivative by w_2 of the gradient by w_1", mixed == 0, str(mixed))
