"""The gap of a tied pair over thousands of steps, in floats and in 200 bits: the table of TIE.17.

A course that says "equal units stay equal for ever" is right of real numbers. Floats keep a tie only while the compiled
code treats the two units alike, which depends on how many there are and on the instructions at hand: units that vector
instructions leave over are rounded in another way. On a CPU with AVX-512, 2 and 9 units untie in float32 and 8 do not; under
XLA_FLAGS=--xla_cpu_max_isa=SSE4_2 all three stay tied. One rounding is enough, since the tie is a saddle across (TIE.16):
the gap then grows until it is as large as the weights.
"""

import dataclasses

import flint
import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import IDENTITY, TANH
from symmetry.engine.kernel import exact_settings
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Batch, Layer, Network, backprop
from symmetry.statements.theorem import Measurements
from symmetry.training import gradient_step

WIDTHS = range(2, 18)

RUNS, MARKS = 8, (100, 1_000, 10_000)
"""Random starts at each width, and the steps after which their gaps are read."""

BITS, EXACT_STEPS = 200, 300
"""Precision of the reference, and its steps."""

EXAMPLES, INVERSE_RATE = 16, 64
"""Full-batch gradient descent with step size 1/64 on 16 examples."""


class Start:
    """Networks of one input, `width` tanh units and two outputs, the last unit tied to a random one, each with a batch.

    Every number is a float32, so that all precisions start from the same.
    """

    def __init__(self, width: int):
        generator = np.random.default_rng(width)

        def numbers(*shape: int, scale: float = 1.0) -> np.ndarray:
            return (generator.standard_normal((RUNS, *shape)) * scale).astype(np.float32)

        hidden = numbers(1, width), numbers(width)
        output = numbers(width, 2, scale=width**-0.5), numbers(2)
        self.pairs = np.stack([generator.integers(width - 1, size=RUNS), np.full(RUNS, width - 1)], axis=1)
        runs, (first, second) = np.arange(RUNS), self.pairs.T
        hidden[0][runs, :, second] = hidden[0][runs, :, first]
        for each in (hidden[1], output[0]):
            each[runs, second] = each[runs, first]
        self.network = Network((Layer(*hidden), Layer(*output)), (TANH, IDENTITY), HALF_SQUARED_ERROR)
        self.batch = Batch(numbers(EXAMPLES, 1), numbers(EXAMPLES, 2))


def gap_arrays(network: Network, pair) -> list:
    """The differences between the two units of a pair in incoming weight, bias and outgoing weights: three arrays."""
    (hidden, output), (first, second) = network.layers, pair
    bias = hidden.bias[jnp.newaxis]
    return [one[..., first] - one[..., second] for one in (hidden.weight, bias, output.weight.T)]


@jax.jit
def gaps_in_floats(network: Network, batch: Batch, pairs):
    """The largest difference between the two units after every step of every run: shape (runs, steps).

    One run follows another, so that each is computed as it would be alone.
    """

    def run(case):
        network, batch, pair = case

        def step(network, _):
            network = gradient_step(network, backprop(network, batch), INVERSE_RATE)
            return network, jnp.max(jnp.stack([abs(part).max() for part in gap_arrays(network, pair)]))

        return jax.lax.scan(step, network, None, length=MARKS[-1])[1]

    return jax.lax.map(run, (network, batch, pairs))


class HighPrecision:
    """tanh and identity on arrays of `flint.arb`, in whatever precision is set."""

    def __init__(self, function):
        self.function = np.frompyfunc(function, 1, 1)

    def evaluate(self, z: np.ndarray, order: int) -> np.ndarray:
        return 1 - self.function(z) ** 2 if order else self.function(z)


class HighIdentity:
    def evaluate(self, z: np.ndarray, order: int) -> np.ndarray:
        return z * 0 + 1 if order else z


def gap_in_high_precision(start: Start) -> float:
    """The gap of the first run after `EXACT_STEPS` steps in 200 bits, where one outgoing weight was off by 2^-200.

    Without that one rounding error it is 0: here nothing depends on the place of a unit.
    """
    number, rounded = (np.frompyfunc(one, 1, 1) for one in (lambda x: flint.arb(float(x)), lambda x: x.mid()))
    activations = HighPrecision(lambda x: x.tanh()), HighIdentity()
    with flint.ctx.workprec(BITS):
        network, batch = (jax.tree.map(lambda part: number(part[0]), each) for each in (start.network, start.batch))
        network, pair = dataclasses.replace(network, activations=activations), start.pairs[0]
        network.layers[1].weight[pair[1], 0] += flint.arb(2) ** -BITS
        for _ in range(EXACT_STEPS):
            moved = gradient_step(network, backprop(network, batch), INVERSE_RATE)
            network = dataclasses.replace(network, layers=jax.tree.map(rounded, moved.layers))
        return max(abs(float(part)) for parts in gap_arrays(network, pair) for part in parts.ravel())


def table() -> Measurements:
    """Of the runs at each width, those whose gap is 0 at every step, and the largest gap after so many steps."""
    marks = [f"at {mark:,}" for mark in MARKS]
    explanation = (
        f"Gaps of a tied pair in {RUNS} runs at each number of units: how many runs keep it at exactly 0 throughout, and the "
        f"largest gap after so many steps. In {BITS} bits one rounding error is planted, and the gap after {EXACT_STEPS} steps "
        "is that error grown; without it the gap is 0."
    )
    header = ("units", "float32", *marks, "float64", *marks, f"{BITS} bits")
    return Measurements(header, [_row(width) for width in WIDTHS], explanation)


def _row(width: int) -> tuple[str, ...]:
    start, cells = Start(width), []
    for dtype in (np.float32, np.float64):
        with exact_settings():
            network, batch = jax.tree.map(lambda part, dtype=dtype: part.astype(dtype), (start.network, start.batch))
            gaps = np.asarray(gaps_in_floats(network, batch, start.pairs))
        cells += [f"{(gaps == 0).all(1).sum()}/{RUNS}", *[_short(gaps[:, mark - 1].max()) for mark in MARKS]]
    return (str(width), *cells, _short(gap_in_high_precision(start)))


def _short(number: float) -> str:
    return "0" if number == 0 else f"{number:.0e}"
