"""CAP, continued: functions that small networks compute exactly, and that wide ones approximate (leshno1993multilayer)."""

import operator

import numpy as np
import sympy

from proofs.derivations import interpolation as derivations
from proofs.exact_networks import CORNERS, XOR, exact_network
from proofs.interpolants import IncreasingPoints, interpolant
from proofs.landscape import XOR_OF_TWO_UNITS
from symmetry.activation import ABSOLUTE_VALUE, IDENTITY, RELU, SQUARE, Activation, value
from symmetry.architecture import Architecture
from symmetry.network import Batch, Layer, Network, forward, forward_pass
from symmetry.statements.relation import AtMost, Equal
from symmetry.statements.theorem import WIDE, theorem


@theorem(
    "CAP.5",
    title="Without a hidden layer, no monotone output computes XOR",
    statement=r"z(0, 1) + z(1, 0) = z(0, 0) + z(1, 1) \text{ for every } z(x) = w \cdot x + b, \text{ so that no monotone } "
    r"\varphi(z) \text{ is larger at } (0, 1), (1, 0) \text{ than at } (0, 0), (1, 1)",
    hypotheses="two inputs, no hidden layer, an output activation that never falls (or never rises); the equation is the Farkas "
    "certificate of the four inequalities, with all multipliers 1",
    cites=("goodfellow2016deep",),
    controls={"AND": dict(function=operator.and_)},
    derivation=derivations.farkas,
    evidence=("derived", "identity"),
    architectures=(Architecture((2, 1)), Architecture((2, 3))),
)
def no_single_layer_computes_xor(network: Network, *, function=operator.xor):
    """The preactivations, summed over the corners where the function is 1, and over those where it is 0."""
    corners = np.asarray(CORNERS, dtype=int)
    truth = [bool(function(*corner)) for corner in corners]
    z = forward_pass(network, corners)[0][0]
    ones, zeros = (z[np.flatnonzero(np.equal(truth, side))].sum(0) for side in (True, False))
    return ones, zeros


XOR_OF_ONE_SQUARE = exact_network([[[1], [1]], [[-1]]], [[-1], [1]], hidden="square")
"""1 - (x_1 + x_2 - 1)^2."""


PERTURBED = exact_network([[[1, 1], [1, 2]], [[1], [-2]]], [[0, -1], [0]], hidden="relu")
"""The two ReLU units with one weight changed."""


@theorem(
    "CAP.6",
    title="Two ReLU units compute XOR, and so does one unit that is not monotone",
    statement=r"x_1 \oplus x_2 = \mathrm{relu}(x_1 + x_2) - 2\,\mathrm{relu}(x_1 + x_2 - 1) = 1 - (x_1 + x_2 - 1)^2",
    hypotheses="x_1 and x_2 are 0 or 1",
    cites=("goodfellow2016deep",),
    controls={"weights perturbed": dict(networks=(PERTURBED, XOR_OF_ONE_SQUARE))},
    evidence=("identity",),
    systems=("symbols",),
)
def two_relu_units_or_one_square_compute_xor(*, networks=(XOR_OF_TWO_UNITS, XOR_OF_ONE_SQUARE)):
    return [forward(network, XOR.x) for network in networks], [XOR.y] * len(networks)


def first_x_repeated(points: IncreasingPoints):
    """The x of the points; the second takes the value of the first."""
    places = np.arange(points.values.shape[0])
    return points.x[np.where(places == 1, 0, places)]


@theorem(
    "CAP.7",
    title="n ReLU units go through any n + 1 points",
    statement=r"f(x) = y_0 + \textstyle\sum_{i<n} (s_i - s_{i-1})\, \mathrm{relu}(x - x_i), \;\; "
    r"s_i = \frac{y_{i+1} - y_i}{x_{i+1} - x_i}, \; s_{-1} = 0 \;\Rightarrow\; f(x_k) = y_k \quad (0 \leq k \leq n)",
    hypotheses="one input, the x distinct (here in increasing order), any y",
    cites=("leshno1993multilayer",),
    controls={"repeated x": dict(x_repeated=True)},
    derivation=derivations.interpolation,
    systems=("balls", "symbols"),
    architectures=(Architecture((1, 5, 1)), Architecture((1, 1, 1))),
    dtypes=WIDE,
)
def relu_units_go_through_one_point_more(points: IncreasingPoints, *, x_repeated: bool = False):
    x = first_x_repeated(points) if x_repeated else points.x
    return forward(interpolant(points), x[:, None]), points.values[:, None]


INTERVAL = 4
"""Functions are approximated from -4 to 4."""

WIDTHS = (1, 2, 8)
"""Units of the interpolants: a few, and many."""


def one_hidden_layer(network: Network, activation) -> Network:
    """The part of a network with its first input, its first hidden layer and one affine output, with that activation."""
    first, second = network.layers[:2]
    shift = None if second.bias is None else second.bias[:1]
    layers = Layer(first.weight[:1], first.bias), Layer(second.weight[:, :1], shift)
    return Network(layers, (activation, IDENTITY), network.loss)


def interpolant_of(target: Network, units: int) -> Network:
    """The interpolant of a network's function, at evenly spaced knots."""
    gaps = np.full(units, 2 * INTERVAL // units)
    knots = np.arange(units + 1) * (2 * INTERVAL // units) - INTERVAL
    return interpolant(IncreasingPoints(np.array(-INTERVAL), gaps, forward(target, knots[:, None])[:, 0]))


def inside(x):
    """For each x the nearest number in the interval."""
    return value(x + INTERVAL, RELU) - value(x - INTERVAL, RELU) - INTERVAL


def absolute(x):
    return value(x, ABSOLUTE_VALUE)


FOURTH_DIFFERENCE = np.array([[1, -4, 6, -4, 1]])
"""Weights of values at -1, -1/2, 0, 1/2 and 1 that give 0 for every quadratic and -2 for |x|."""

DOUBLED = np.arange(-2, 3)[:, None]
"""Those points, times 2 to be whole numbers."""


def values_at_points(network: Network, activation):
    """The outputs of a network of such units at the five points: shape (5, 1)."""
    first, second = one_hidden_layer(network, activation).layers
    halved = Network((Layer(first.weight / 2, first.bias), second), (activation, IDENTITY), network.loss)
    return forward(halved, DOUBLED)


def mean_error(values):
    """The weighted mean over the five points of the distance between values and |x|: shape (1, 1)."""
    doubled = absolute(values * 2 - np.abs(DOUBLED))
    return np.abs(FOURTH_DIFFERENCE) @ doubled / 32


def fraction(numerator: int, denominator: int, like):
    """A fraction as an array like another: of its number system and shape."""
    return (like * 0 + numerator) / denominator


def come_near(network: Network):
    """The claim that the mean error of a network of square units is at most 1/9."""
    error = mean_error(values_at_points(network, SQUARE))
    return AtMost(error, fraction(1, 9, error))


BEST_SQUARE = exact_network([[[1]], [[1]]], [[0], [sympy.Rational(1, 8)]], hidden="square")
"""x^2 + 1/8, the quadratic nearest to |x|: all five errors are 1/8."""


def the_best_comes_near():
    return come_near(BEST_SQUARE)


@theorem(
    "CAP.10",
    title="Wide ReLU networks come near every continuous function; square units do not",
    statement=r"\sup_x |f_n(x) - g(x)| \leq \mathrm{osc}(g, h), \; h = \tfrac{b - a}{n}; \qquad "
    r"\sup_{|x| \leq 1} \bigl| |x| - \textstyle\sum_i v_i (w_i x + b_i)^2 - c \bigr| \geq \tfrac18",
    hypotheses="g continuous on [a, b], osc(g, h) the most that g changes over a distance h; f_n the interpolant of n ReLU units "
    "at evenly spaced knots (CAP.7); any number of square units. In floats: g a sum of v|w x + b|, for which osc(g, h) is at "
    "most h times the sum of |v||w|",
    cites=("cybenko1989approximation", "leshno1993multilayer", "hornik1991approximation"),
    controls={
        "width fixed": dict(width=1),
        "units |z| for units z^2": dict(polynomial=ABSOLUTE_VALUE),
    },
    derivation=derivations.approximation,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(Architecture((1, 4, 1), batch=4),),
    dtypes=WIDE,
    refutes={
        "a network of square units comes within 1/9 of |x| on [-1, 1]": come_near,
        "the best such network, x^2 + 1/8, does": the_best_comes_near,
    },
)
def wide_networks_come_near_and_square_units_do_not(
    network: Network, batch: Batch, *, width: int | None = None, polynomial: Activation = SQUARE
):
    """The interpolant's error is at most sum |w| |v| times the gap; the square units' mean error is at least 1/8.

    The sum bounds the Lipschitz constant of g, a network of units |w x + b|. The square units compute a quadratic: its fourth
    difference is 0. With a `width`, all interpolants have that width.
    """
    g = one_hidden_layer(network, ABSOLUTE_VALUE)
    weight, outgoing = (absolute(layer.weight) for layer in g.layers)
    x = inside(batch.x[:, :1])
    steepness = np.ones(x.shape, int) @ (weight @ outgoing)
    errors = [absolute(forward(interpolant_of(g, width or units), x) - forward(g, x)) for units in WIDTHS]
    near = [AtMost(error, steepness * (2 * INTERVAL // units)) for units, error in zip(WIDTHS, errors, strict=True)]
    values = values_at_points(network, polynomial)
    rising, falling = (np.maximum(sign * FOURTH_DIFFERENCE, 0) @ values for sign in (1, -1))
    error = mean_error(values)
    return [*near, Equal(rising, falling), AtMost(fraction(1, 8, error), error)]
