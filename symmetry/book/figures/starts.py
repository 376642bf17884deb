"""Figure: hidden units' weights over training, from an equal, an all-zero and a random start (thread2016purpose)."""

from typing import Any

import numpy as np

from symmetry.book.figures.picture import BLACK, BLUE, ORANGE, Picture, drawn
from symmetry.book.figures.trajectory import POSTED, gaps, posted_batch, unit_trajectory
from symmetry.engine.kernel import exact_settings
from symmetry.network import network_of

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
