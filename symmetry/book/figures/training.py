"""Figures: hidden units over training, from three starts (thread2016purpose) and set free by rounding (TIE.17)."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.architecture import THREADS, Architecture
from symmetry.book.figures.picture import BLACK, BLUE, GREY, ORANGE, VERMILION, Picture, drawn
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network, backprop, network_of
from symmetry.training import gradient_step

POSTED: Architecture = THREADS[0]
"""The network posted in one thread: 2 inputs, 3 sigmoid units, a sigmoid output, no biases, seven rows of data."""


def posted_batch(dtype, inputs: Sequence[int] = (0, 1)) -> Batch:
    """The seven posted rows, with both numbers of each or the chosen ones as inputs."""
    x, y = POSTED.recorded("x"), POSTED.recorded("y")
    assert x is not None
    assert y is not None
    return Batch(jnp.asarray(x[:, list(inputs)].astype(dtype)), jnp.asarray(y.astype(dtype)))


def unit_trajectory(network: Network, batch: Batch, steps: int) -> np.ndarray:
    """Gradient descent with step size 1 on the loss summed over the batch.

    Returns:
        Every hidden unit's incoming weights, bias if it has one, and outgoing weights, at the start and after each step:
        shape (steps + 1, units, numbers of a unit).
    """

    def step(network: Network, _):
        layer, following = network.layers
        bias = [] if layer.bias is None else [layer.bias[:, None]]
        units = jnp.concatenate([layer.weight.T, *bias, following.weight], axis=1)
        return gradient_step(network, backprop(network, batch), 1), units

    return np.asarray(jax.jit(lambda start: jax.lax.scan(step, start, None, length=steps + 1)[1])(network))


def gaps(trajectory: np.ndarray) -> np.ndarray:
    """How far any unit is from the first, in its farthest number, after each step: shape (steps + 1,)."""
    return np.abs(trajectory - trajectory[:, :1]).max(axis=(1, 2))


EQUAL = 0.5
"""Every weight of the equal start."""

UNITS: tuple[dict[str, Any], ...] = (
    {"color": BLUE, "linewidth": 6.5, "linestyle": "-"},
    {"color": ORANGE, "linewidth": 3.2, "linestyle": "-"},
    {"color": BLACK, "linewidth": 1.3, "linestyle": (0, (4, 2))},
)
"""Each unit's line: where lines lie on each other, all are to be seen, in grey too."""

STARTS = {
    "equal": f"Equal start: every weight {EQUAL}",
    "zero": "All-zero start",
    "random": "Random start: standard normal",
}


def weights_over_training_data(steps: int = 1000, seed: int = 0) -> dict[str, np.ndarray]:
    """Gradient descent from each start, on the seven posted rows, in float64.

    Returns:
        For "equal", "zero" and "random", each of three hidden units' weights from both inputs and to the output:
        shape (steps + 1, 3, 3).
    """
    inputs, units, outputs = POSTED.widths
    generator = np.random.default_rng(seed)
    shapes = (inputs, units), (units, outputs)
    starts = {
        "equal": [np.full(shape, EQUAL) for shape in shapes],
        "zero": [np.zeros(shape) for shape in shapes],
        "random": [generator.standard_normal(shape) for shape in shapes],
    }
    with exact_settings():
        batch = posted_batch(np.float64)
        networks = {start: network_of(weights, hidden="sigmoid", output="sigmoid") for start, weights in starts.items()}
        return {start: unit_trajectory(network, batch, steps) for start, network in networks.items()}


@drawn
def weights_over_training(data: dict[str, np.ndarray] | None = None, *, seed: int = 0) -> Picture:
    """Units that start equal stay equal, zeros included; units that start different go different ways. See TIE.3.

    Args:
        data: what `weights_over_training_data` returned; computed if None.
        seed: of the random start, and of the data given.
    """
    data = weights_over_training_data(seed=seed) if data is None else data
    largest = {start: gaps(trajectory).max() for start, trajectory in data.items()}
    steps = len(data["equal"]) - 1
    picture = Picture(
        "weights_over_training",
        "Units that start equal stay equal; units that start different do not",
        f"Weights of three sigmoid units over {steps:,} steps of gradient descent (step size 1, loss summed over the seven rows "
        "posted in a thread; 2-3-1 network without biases; float64). In the first two rows the three lines lie on each "
        f"other: the largest gap between units in any weight is {largest['equal']:.2g} from the equal start and "
        f"{largest['zero']:.2g} from zero, against {largest['random']:.3g} from the random one (NumPy's generator, seed {seed}).",
        "Three rows of two panels: the weight from the first input, and the weight to the output, of three hidden units against "
        "the number of training steps. From the equal and from the all-zero start the three lines of every panel coincide, "
        "although the weights move. From the random start they are three separate curves.",
        height=6.6,
    )
    panels = picture.panels(len(STARTS), 2, sharex=True)
    for row, (start, heading) in enumerate(STARTS.items()):
        for axes, column, what in zip(panels[2 * row :], (0, -1), ("from input 1", "to the output"), strict=False):
            for unit, line in enumerate(UNITS):
                axes.plot(data[start][:, unit, column], label=f"unit {unit + 1}", **line)
            axes.set_ylabel(f"weight {what}")
        panels[2 * row].set_title(heading)
    picture.align_ylabels()
    for axes in panels[-2:]:
        axes.set_xlabel("training steps (count)")
    panels[1].legend(loc="best", handlelength=3)
    return picture


START = -0.5
"""Every weight at the start; biases are 0."""

RUNS = {"float32, 2 units": (np.float32, 2), "float64, 2 units": (np.float64, 2), "float64, 3 units": (np.float64, 3)}
"""What is trained: a float type and a number of hidden units."""

LINES: tuple[dict[str, Any], ...] = (
    {"color": VERMILION, "linestyle": "-"},
    {"color": BLUE, "linestyle": "--"},
    {"color": BLACK, "linestyle": ":"},
)

PAIR: tuple[dict[str, Any], ...] = ({"color": ORANGE, "linewidth": 4}, {"color": BLACK, "linestyle": (0, (4, 2))})
"""The lines of two units that lie on each other while they are tied."""

FLOOR = 1e-18
"""Where a gap of exactly 0 is drawn on the logarithmic axis."""

POINTS = 600
"""Steps that are drawn, evenly spaced."""


def escape_by_rounding_data(steps: int = 40_000) -> dict[str, np.ndarray]:
    """Gradient descent from tied units, on the second number of each of the seven posted rows.

    Returns:
        For each run, each unit's incoming weight, bias and outgoing weight: shape (steps + 1, units, 3).
    """
    trajectories = {}
    with exact_settings():
        for run, (dtype, units) in RUNS.items():
            weights = [np.full((1, units), START, dtype), np.full((units, 1), START, dtype)]
            biases = [np.zeros(units, dtype), np.zeros(1, dtype)]
            network = network_of(weights, biases, hidden="gelu", output="sigmoid")
            trajectories[run] = unit_trajectory(network, posted_batch(dtype, [1]), steps)
    return trajectories


@drawn
def escape_by_rounding(data: dict[str, np.ndarray] | None = None) -> Picture:
    """Two tied units part in floats, after rounding made a first difference; in exact arithmetic they never would.

    Whether and when they part depends on how the machine adds up; the caption says what happened on this one.

    Args:
        data: what `escape_by_rounding_data` returned; computed if None.
    """
    data = escape_by_rounding_data() if data is None else data
    opened = {run: gaps(trajectory) for run, trajectory in data.items()}
    steps = len(opened["float32, 2 units"]) - 1
    picture = Picture(
        "escape_by_rounding",
        "Rounding can set tied units free; exact arithmetic never does",
        f"Tied units over {steps:,} steps of gradient descent (step size 1; 1-n-1 network with biases, GELU units, a "
        f"sigmoid output; every weight starts at {START}, every bias at 0; the second input and the target of the seven rows "
        f"posted in a thread; no random numbers). {_told(opened)} In exact arithmetic every gap stays 0 for ever (TIE.3). "
        "What rounding does differs from machine to machine.",
        "Three panels against the number of training steps. The first, on a logarithmic scale, has the largest gap between "
        f"units: {_told(opened)} The others have the incoming weights of the two units in float32 and in float64, one line "
        "until the gap is visible, then two.",
        height=6.6,
    )
    top, *below = picture.panels(3, 1, sharex=True, height_ratios=(1.4, 1, 1))
    drawn_steps = np.linspace(0, steps, min(POINTS, steps + 1)).astype(int)
    for (run, gap), line in zip(opened.items(), LINES, strict=True):
        top.plot(drawn_steps, np.maximum(gap[drawn_steps], FLOOR), label=run, linewidth=1.8, **line)
    _label_gaps(top)
    for axes, run in zip(below, data, strict=False):
        for unit, line in enumerate(PAIR):
            axes.plot(drawn_steps, data[run][drawn_steps, unit, 0], label=f"unit {unit + 1}", **line)
        axes.set_title(run)
        axes.set_ylabel("incoming weight")
    below[0].legend(loc="lower left", handlelength=3)
    picture.align_ylabels()
    below[-1].xaxis.set_major_formatter("{x:,.0f}")
    below[-1].set_xlabel("training steps (count)")
    return picture


def _told(opened: dict[str, np.ndarray]) -> str:
    """When each gap was first not 0, and how large it got."""
    sentences = []
    for run, gap in opened.items():
        first = np.flatnonzero(gap)
        found = f"not 0 from step {first[0]:,} on, {gap[-1]:.2g} at the end" if len(first) else "exactly 0"
        sentences.append(f"{run}: {found}.")
    return " ".join(sentences)


def _label_gaps(axes) -> None:
    axes.set_yscale("log")
    axes.set_ylim(FLOOR / 10, 100)
    ticks = [10.0**power for power in range(-15, 1, 5)]
    axes.set_yticks([FLOOR, *ticks], ["exactly 0", *[f"$10^{{{power}}}$" for power in range(-15, 1, 5)]])
    axes.minorticks_off()
    axes.axhline(FLOOR, color=GREY, linewidth=0.6)
    axes.set_ylabel("largest gap between units")
    axes.legend(loc="center right", handlelength=3)
