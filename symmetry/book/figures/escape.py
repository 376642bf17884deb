"""Figure: tied units that rounding sets free, which exact arithmetic never does (TIE.17)."""

from typing import Any

import numpy as np

from symmetry.book.figures.picture import BLACK, BLUE, GREY, ORANGE, VERMILION, Picture, drawn
from symmetry.book.figures.trajectory import gaps, posted_batch, unit_trajectory
from symmetry.engine.kernel import exact_settings
from symmetry.network import network_of

START = -0.5
"""Every weight at the start; biases are 0."""

RUNS = {"float32, 2 units": (np.float32, 2), "float64, 2 units": (np.float64, 2), "float64, 3 units": (np.float64, 3)}
"""What is trained: a float type and a number of hidden units."""

LINES: tuple[dict[str, Any], ...] = (
    {"color": VERMILION, "linestyle": "-"},
    {"color": BLUE, "linestyle": "--"},
    {"color": BLACK, "linestyle": ":"},
)

PAIR: tuple[dict[str, Any], ...] = (
    {"color": ORANGE, "linewidth": 4},
    {"color": BLACK, "linestyle": (0, (4, 2))},
)
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
    return {run: _trajectory(dtype, units, steps) for run, (dtype, units) in RUNS.items()}


def _trajectory(dtype, units: int, steps: int) -> np.ndarray:
    with exact_settings():
        weights = [np.full((1, units), START, dtype), np.full((units, 1), START, dtype)]
        biases = [np.zeros(units, dtype), np.zeros(1, dtype)]
        network = network_of(weights, biases, hidden="gelu", output="sigmoid")
        return unit_trajectory(network, posted_batch(dtype, [1]), steps)


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
        sentences.append(
            f"{run}: not 0 from step {first[0]:,} on, {gap[-1]:.2g} at the end." if len(first) else f"{run}: exactly 0."
        )
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
