"""METH, continued: training carries its state from step to step, and gives each parameter its own."""

from collections.abc import Callable, Sequence

import jax
import numpy as np

from proofs.every_shape import add_equal, on_residues
from proofs.history import HistoryRule, HistoryTraining
from proofs.second_program import Integers, Square, integers, polynomial, random_network, second
from symmetry.array import pytree
from symmetry.engine.measure import Trials
from symmetry.network import Batch, Layer, Network, backprop, map_parameters
from symmetry.numbers import Residue
from symmetry.numbers.residue import PRIME
from symmetry.statements.theorem import theorem
from symmetry.training import ElementwiseRule, GradientDescent, gradient_step

SHAPES = (((2, 3, 2), True), ((3, 2), False))
"""Widths, and whether there are biases."""

STEPS = 4

RATES = ((16, None, None), (16, 2, None), (8, 3, 8), (10, None, 5))
"""One over the step size, over the momentum and over the decay."""

Parameters = list[Integers]
"""The weights and biases of a network, each layer's weight before its bias."""


def parameters_of(layers: Sequence[Layer]) -> Parameters:
    return [integers(part) for layer in layers for part in (layer.weight, layer.bias) if part is not None]


def with_parameters(network: Network, parameters: Parameters) -> Network:
    """The network with these integers for its weights and biases."""
    rest = iter([Residue(np.array(each, dtype=np.uint64)) for each in parameters])
    return map_parameters(lambda _: next(rest), network)


def gradient_of(network: Network, parameters: Parameters, batch: Batch) -> Parameters:
    """By the second program."""
    pairs = second(with_parameters(network, parameters), batch).layers
    return [
        part
        for (weight, bias), layer in zip(pairs, network.layers, strict=True)
        for part in ((weight,) if layer.bias is None else (weight, bias))
    ]


def over(number: int | None) -> int:
    """1 / number, and 0 for None."""
    return 0 if number is None else pow(number, -1, PRIME)


def descend(
    network: Network, batches: Sequence[Batch], steps: int, momentum: int | None, decay: int | None
) -> Parameters:
    """Every step moves by all slopes so far, each weighted by the momentum to the power of its age."""
    now, slopes = parameters_of(network.layers), []
    for batch in batches:
        gradient = gradient_of(network, now, batch)
        slopes.insert(0, [g + over(decay) * theta for g, theta in zip(gradient, now, strict=True)])
        powers = [over(momentum) ** age if age else 1 for age in range(len(slopes))]
        moves = [
            sum(power * slope for power, slope in zip(powers, past, strict=True)) for past in zip(*slopes, strict=True)
        ]
        now = [(theta - over(steps) * move) % PRIME for theta, move in zip(now, moves, strict=True)]
    return now


@pytree
class Case:
    """A network, batches, and the memory, the function and the clipping of a rule."""

    network: Network
    batches: tuple[Batch, ...]
    memory: Square
    function: Square
    clipping: Square

    @property
    def training(self) -> HistoryTraining:
        return HistoryTraining(HistoryRule(self.memory, self.function), self.clipping)


def remember(case: Case) -> Parameters:
    """The parameters after steps of a rule with a memory."""
    now = parameters_of(case.network.layers)
    state = [each * 0 for each in now]
    for batch in case.batches:
        gradient = gradient_of(case.network, now, batch)
        decayed = [g + over(16) * theta for g, theta in zip(gradient, now, strict=True)]
        squared = sum(int((each * each).sum()) for each in decayed)
        factor = polynomial(case.clipping, np.array([squared * over(2**20)], dtype=object))
        pairs = zip(state, decayed, strict=True)
        state = [polynomial(case.memory, past + factor * slope) for past, slope in pairs]
        moves = [polynomial(case.function, each) for each in state]
        now = [(theta + over(256) * move) % PRIME for theta, move in zip(now, moves, strict=True)]
    return now


def random_case(generator: np.random.Generator, widths: tuple[int, ...], bias: bool) -> Case:
    network, _ = random_network(generator, widths, bias, 1)
    batches = tuple(random_network(generator, widths, bias, 2)[1] for _ in range(STEPS))
    parts = [Square(*(Residue(generator.integers(1, PRIME, 1, np.uint64)) for _ in range(3))) for _ in range(3)]
    return Case(network, batches, *parts)


def train(network: Network, batches: Sequence[Batch], steps: int, momentum: int | None, decay: int | None) -> Network:
    return GradientDescent(steps, momentum, decay).train(network, batches)


def anew_at_every_step(network, batches, steps, momentum, decay):
    """The velocity is forgotten between two steps."""
    for batch in batches:
        network = train(network, [batch], steps, momentum, decay)
    return network


def against_the_momentum(network, batches, steps, momentum, decay):
    return train(network, batches, steps, momentum and -momentum, decay)


def with_the_decay_once(network, batches, steps, momentum, decay):
    first = train(network, batches[:1], steps, momentum, decay)
    return train(first, batches[1:], steps, momentum, None)


def without_the_decay(network, batches, steps, momentum, decay):
    return train(network, batches, steps, momentum, None)


@theorem(
    "METH.20",
    title="Training carries its state from step to step",
    statement=r"\theta_{t+1} = \theta_t - \eta \sum_{s \leq t} \beta^{t-s} (g_s + \lambda \theta_s), \qquad "
    r"m_t = \psi(m_{t-1} + c_t (g_t + \lambda \theta_t)), \quad \theta_{t+1} = \theta_t + u(m_t)",
    hypotheses="modulo p = 2^31 - 1; up to 4 steps on batches that differ, with and without momentum and decay; psi, u and the "
    "clipping factor c_t, a function of the norm, random polynomials of degree 2; gradients by the second program of METH.18",
    cites=("goodfellow2016deep",),
    controls={
        "the velocity forgotten": dict(descent=anew_at_every_step),
        "momentum with the other sign": dict(descent=against_the_momentum),
        "decay at the first step only": dict(descent=with_the_decay_once),
        "decay left out": dict(descent=without_the_decay),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def training_carries_its_state_from_step_to_step(trials: Trials, *, descent: Callable = train) -> None:
    """Parameters after several steps, and after one step of the rules without a state."""

    def run(case: Case):
        network, batches, training = case.network, case.batches, case.training
        gradient = backprop(network, batches[0])
        after = {str(rates): descent(network, batches, *rates) for rates in RATES}
        after["a rule with a memory"] = training.train(network, batches)
        after["one step"] = gradient_step(network, gradient, 16)
        after["one step by any rule"] = ElementwiseRule(case.function).step(network, gradient)
        return {what: each.layers for what, each in after.items()}

    for widths, bias in SHAPES:
        case = random_case(trials.generator, widths, bias)
        now = parameters_of(case.network.layers)
        gradient = gradient_of(case.network, now, case.batches[0])
        expected = {str(rates): descend(case.network, case.batches, *rates) for rates in RATES}
        expected["a rule with a memory"] = remember(case)
        expected["one step"] = [theta - over(16) * g for theta, g in zip(now, gradient, strict=True)]
        moves = [polynomial(case.function, g) for g in gradient]
        expected["one step by any rule"] = [theta + move for theta, move in zip(now, moves, strict=True)]
        trials.networks += 1
        for what, layers in on_residues(run, case).items():
            add_equal(trials, what, jax.tree.leaves(layers), [each % PRIME for each in expected[what]])
