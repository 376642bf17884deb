"""Changes of training that treat units one by one, and so break a tie (CLAIM.12)."""

import operator

import numpy as np
import sympy

from proofs.claims.alterations import BATCH, altered, compared, moved, standardised, tied_network
from proofs.claims.threads import purpose_claim
from proofs.claims.units import gaps, optimised
from symmetry.engine.kernel import exact_settings
from symmetry.network import Network, backprop, batch_of, map_parameters, network_of
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance
from symmetry.training import gradient_step


@purpose_claim(
    "CLAIM.12",
    position="comment on the accepted answer, and its added note",
    says="Nothing but different initial values ever makes units differ: units that start equal are equal after any training.",
    statement=r"(w_i, b_i, v_i) = (w_j, b_j, v_j) \text{ before a step } \Rightarrow \text{ after it; of each alteration of "
    r"training listed}",
    verdict="wrong",
    why="Any method that treats units one by one, draws at random for each, or must choose among equals, makes equal units "
    "different. Some methods keep a tie in exact arithmetic only: they divide by numbers that only rounding keeps from 0.",
    follows_from=("TIE.13", "TIE.17"),
    quoted="The only reason",
)
def what_training_does_to_single_units():
    network = tied_network()
    yield from alterations_of_the_hidden_layer(network)
    linear = tied_network(hidden="leaky_relu")
    gradient = backprop(linear, BATCH)
    for what, after in (
        ("a rate for each unit", with_rates(linear, Symbol.of(["1/10", "1/20", "1/30"]))),
        ("noise added to every entry of the gradient", gradient_step(linear, noisy(gradient), 10)),
        (
            "rounding up or down to multiples of 1/64 at random",
            stochastically_rounded(gradient_step(linear, gradient, 10)),
        ),
        ("updating unit by unit, each with a fresh gradient", updated_unit_by_unit(linear)),
    ):
        yield compared(f"{what}, a 2-3-1 network of leaky ReLU units in exact numbers", after)
    yield with_an_optimiser_of_optax("noisy_sgd", learning_rate=1 / 16, key=0)
    left, _, right = np.linalg.svd(tied_gradients(1)[0])
    step = left @ right  # has orthonormal columns, even though two columns of the gradient are equal
    yield in_floats("a step along the polar factor U V^T of a tied gradient of rank 2, 3 by 3", step[:, 0], step[:, 1])
    yield with_an_optimiser_of_optax("contrib.galore", learning_rate=1 / 16, rank=2)
    yield from preconditioned()
    yield damped_newton()


def alterations_of_the_hidden_layer(network: Network):
    """The hidden layer does more than in the program: exact gradients by SymPy."""
    masks = Symbol.of([[2, 0, 2], [0, 2, 2], [2, 2, 0]])
    noise = Symbol.of([["1/7", "-1/3", 0], ["1/5", "1/9", 1], ["-1/4", "1/2", 0]])
    inputs = Symbol.of(np.concatenate([BATCH.x, BATCH.x[:, :1]], axis=1))
    yield altered("a dropout mask for each unit", network, after=lambda a: a * masks)
    yield altered("noise added to each unit's preactivation", network, before=lambda z: z + noise)
    across = standardised([(0, 2, 3), (1, 4, 5)])
    yield altered(
        "group norm of a 2-6-1 square network, units 1 and 2 in different groups of three",
        tied_network(4, "square"),
        before=across,
    )
    yield altered("a residual connection to each unit from an input of its own", network, after=lambda a: a + inputs)
    for what, choose in (
        ("passing on the most active unit of each example (argmax)", most_active(network, 1)),
        ("passing on the two most active units of each example (top-k)", most_active(network, 2)),
        ("sorting the units of each example by activation", in_order_of_activation(network)),
    ):
        yield altered(what, network, after=choose)
    yield altered(
        "whitening the preactivations of a 2-3-1 square network over the batch by a Cholesky factor",
        tied_network(hidden="square"),
        before=whitened,
    )


def order(network: Network, row: int) -> list[int]:
    """The units in decreasing order of activation at an example; equal units keep their order."""
    z = (BATCH.x @ network.layers[0].weight)[row]
    return sorted(range(len(z)), key=lambda unit: -z[unit])


def most_active(network: Network, count: int):
    chosen = [order(network, row)[:count] for row in range(len(BATCH.x))]
    mask = Symbol.of([[int(unit in kept) for unit in range(network.widths[1])] for kept in chosen])
    return lambda a: a * mask


def in_order_of_activation(network: Network):
    orders = [order(network, row) for row in range(len(BATCH.x))]
    return lambda a: np.stack([a[row, units] for row, units in enumerate(orders)]).view(Symbol)


def whitened(z: Symbol) -> Symbol:
    """L^-1 z for the first two units, with L L^T their covariance plus the identity; the third is left alone."""
    first, second, *rest = z.T
    count = sympy.Integer(len(z))
    variance, mixed, other = ((a * b).sum() / count for a, b in ((first, first), (first, second), (second, second)))
    corner = sympy.sqrt(1 + sympy.sympify(variance.item()))
    below = mixed / corner
    first = first / corner
    second = (second - below * first) / sympy.sqrt((1 + other - below * below).item())
    return np.stack([first, second, *rest], axis=1).view(Symbol)


def with_rates(network: Network, rates: np.ndarray) -> Network:
    """A step with a rate for each unit."""
    return moved(network, lambda slope, layer: -slope * (rates[:, None] if layer else rates))


def noisy(gradient):
    """The gradient with seeded noise of whole hundredths."""
    drawn = np.random.default_rng(0).integers
    return map_parameters(lambda part: part + Symbol.of(drawn(-100, 101, part.shape)) / 100, gradient)


def stochastically_rounded(network: Network) -> Network:
    """Rounded down to multiples of 1/64, or up with a probability of the remainder, seeded."""
    generator = np.random.default_rng(0)

    def rounded(number):
        whole, left = divmod(number * 64, 1)
        return (whole + (1 if generator.random() < left else 0)) / sympy.Integer(64)

    return map_parameters(lambda part: part.map(rounded), network)


def updated_unit_by_unit(network: Network) -> Network:
    """A step of 1/10 for one unit's weights after another."""
    for rates in np.eye(network.widths[1], dtype=int):
        network = with_rates(network, Symbol.of(rates) / 10)
    return network


def with_an_optimiser_of_optax(name: str, **arguments) -> Instance:
    """Two steps in float64."""
    import optax
    import optax.contrib

    with exact_settings():
        weights = [[[0.5, 0.5, 1.0], [-0.3, -0.3, 0.7]], [[0.7, 0.2]] * 2 + [[1.5, -1.0]]]
        network = network_of(weights, [[0.2, 0.2, 0.5], [0.0, 0.1]], hidden="tanh")
        batch = batch_of(network, [[1.0, 0.3]], [[3.0, -1.0]])
        optimiser = operator.attrgetter(name)(optax)(**arguments)
        first, second, _ = optimised(network, batch, optimiser, steps=2)
    exactly = "; equal in exact arithmetic" if name == "contrib.galore" else ""
    return in_floats(f"two steps by {name} of optax{exactly}", first, second)


def in_floats(where: str, first, second) -> Instance:
    gap = max(abs(float(difference)) for difference in gaps(first, second))
    return Instance(f"{where}, in float64", holds=gap == 0, computed=f"the largest gap is {gap:.1e}")


def tied_gradients(count: int) -> np.ndarray:
    """Gradients of W, of rank 2, for three inputs and three units; the first two units are tied."""
    gradients = np.random.default_rng(0).standard_normal((count, 3, 3))
    gradients[:, :, 1] = gradients[:, :, 0]
    return gradients


TRIES = 50
"""How many gradients are tried where rounding decides, since it may decide for a tie in some of them."""


def preconditioned():
    """The largest gap that Shampoo's and SOAP's steps open along seeded tied gradients."""
    gradients = tied_gradients(TRIES)
    products = gradients.transpose(0, 2, 1) @ gradients
    values, vectors = np.linalg.eigh(products + 1e-12 * np.eye(3))
    shampoo = gradients @ (vectors / np.abs(values[:, None, :]) ** 0.25) @ vectors.transpose(0, 2, 1)
    rotated = gradients @ vectors
    soap = (rotated / (np.abs(rotated) + 1e-8)) @ vectors.transpose(0, 2, 1)
    for what, steps in (
        ("Shampoo's G (G^T G + 1e-12)^(-1/4)", shampoo),
        ("Adam in the eigenbasis of G^T G (SOAP)", soap),
    ):
        first, second = steps[:, :, 0].ravel(), steps[:, :, 1].ravel()
        yield in_floats(f"{what}, along {TRIES} tied gradients; equal in exact arithmetic", first, second)


def damped_newton() -> Instance:
    """(H + lambda)^-1 g, where H + lambda is nearly singular across the tie and g has no part in this direction."""
    w, v = sympy.symbols("w0:2"), sympy.symbols("v0:2")
    outputs = [sum(a * sympy.tanh(b * x) for a, b in zip(v, w, strict=True)) for x in (1, 2)]
    loss = ((outputs[0] - 2) ** 2 + (outputs[1] + 1) ** 2) / 2
    at = dict.fromkeys(w, 1 / 3) | dict.fromkeys(v, 7 / 5)
    hessian = np.array(sympy.hessian(loss, (*w, *v)).evalf(30, subs=at), dtype=float)
    gradient = np.array([sympy.diff(loss, symbol).evalf(30, subs=at) for symbol in (*w, *v)], dtype=float)
    across = np.linalg.eigvalsh(hessian)[0]
    step = np.linalg.solve(hessian + (1e-12 - across) * np.eye(4), gradient)
    return in_floats(
        "a damped Newton step, the damping close to the curvature across; equal in exact arithmetic",
        step[::2],
        step[1::2],
    )
