"""Figure: a slice of the loss through two permuted minima and their midpoint (LAND.1, brea2019weight)."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from matplotlib.colors import BoundaryNorm

from symmetry.actions import UnitPermutation
from symmetry.book.figures.picture import BLACK, BLUE, VERMILION, Picture, drawn
from symmetry.engine.kernel import exact_settings
from symmetry.network import batch_loss, batch_of, network_of

WEIGHTS = [[[1.0, 1.0], [1.0, 1.0]], [[1.0], [-2.0]]]
BIASES = [[0.0, -1.0], [0.0]]
"""relu(x1 + x2) - 2 relu(x1 + x2 - 1), which is XOR on the four corners (CAP.6)."""

CORNERS, XOR = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]

LEVELS = (0, 0.25, 0.5, 1, 2, 4, 8, 16, 32)
"""Losses that contours are drawn at."""


class Slice(NamedTuple):
    """Losses on a plane: `across` from one solution (0) to its permutation (1), `scale` in multiples of the midpoint.

    `loss` has shape (scales, places across); `profile` is the loss at scale 1, on the line through both solutions.
    """

    across: np.ndarray
    scale: np.ndarray
    loss: np.ndarray
    profile: np.ndarray


def loss_landscape_data(places: int = 121, scales: int = 81) -> Slice:
    """The half squared error of the XOR network on the plane through it, its permutation and the all-zero network.

    A point of the plane is scale (theta + pi theta) / 2 + (across - 1/2) (pi theta - theta).
    """
    across, scale = np.linspace(-0.5, 1.5, places), np.linspace(-0.25, 1.75, scales)
    with exact_settings():
        one = network_of(WEIGHTS, BIASES, hidden="relu")
        other = UnitPermutation.of(one, [[1, 0]]).act(one)
        batch = batch_of(one, CORNERS, XOR)

        def loss(across, scale):
            there = jax.tree.map(lambda a, b: scale * (a + b) / 2 + (across - 0.5) * (b - a), one, other)
            return batch_loss(there, batch)

        grid = jax.jit(jax.vmap(jax.vmap(loss, (0, None)), (None, 0)))
        on_plane = grid(jnp.asarray(across), jnp.asarray(scale))
        on_line = grid(jnp.asarray(across), jnp.ones(1))
    return Slice(across, scale, np.asarray(on_plane), np.asarray(on_line)[0])


@drawn
def loss_landscape(data: Slice | None = None) -> Picture:
    """Two minima that are permutations of each other, with a higher loss half way: the loss is not convex.

    Args:
        data: what `loss_landscape_data` returned; computed if None.
    """
    data = loss_landscape_data() if data is None else data
    ends, middle = (np.interp(place, data.across, data.profile) for place in (0, 0.5))
    picture = Picture(
        "loss_landscape",
        "Two permuted minima, and a worse network half way between",
        "The half squared error of a 2-2-1 network of ReLU units on XOR, on the plane through an exact solution, the same "
        "solution with its two hidden units exchanged, and the network of zeros. Both solutions have loss "
        f"{ends:.3g}, their midpoint has {middle:.4g} (27/8). Computed in float64 at {data.loss.size:,} points of the plane, "
        "with no random numbers.",
        "Above, the loss along the straight line from one solution to the other: 0 at both ends and a single hill between "
        f"them, {middle:.4g} high. Below, contours of the loss on a plane: two valleys, mirror images of each other, with a "
        "ridge between.",
        height=6.8,
    )
    line, plane = picture.panels(2, 1, sharex=True, height_ratios=(1, 1.8))
    line.plot(data.across, data.profile, color=BLUE, linewidth=2)
    line.set_ylim(-0.6, 6)
    line.set_ylabel("loss (half squared error)")
    _draw_plane(picture, plane, data)
    _mark(line, 0, middle, offset=(0, 10))
    _mark(plane, 1, 1, offset=(0, 9))
    return picture


def _draw_plane(picture: Picture, axes, data: Slice) -> None:
    levels = [level for level in LEVELS if level < data.loss.max()] + [float(np.ceil(data.loss.max()))]
    filled = axes.contourf(
        data.across, data.scale, data.loss, levels, cmap="cividis", norm=BoundaryNorm(levels, 256), antialiased=False
    )
    axes.contour(data.across, data.scale, data.loss, levels[1:], colors="white", linewidths=0.5)
    picture.colorbar(filled, ax=axes, label="loss (half squared error)", ticks=levels, format="%g")
    axes.grid(False)
    axes.set_xlabel("position between the solutions (0: one, 1: its permutation)")
    axes.set_ylabel("multiple of the midpoint (0: all zeros)")


def _mark(axes, at_solutions: float, at_midpoint: float, offset: tuple[float, float]) -> None:
    """Both solutions and the midpoint, with their names."""
    places = {"solution": (0, at_solutions), "midpoint": (0.5, at_midpoint), "units exchanged": (1, at_solutions)}
    for name, place in places.items():
        marker, color = ("D", VERMILION) if name == "midpoint" else ("o", BLACK)
        axes.plot(*place, marker, color=color, markeredgecolor="white", markersize=8, clip_on=False, zorder=5)
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        axes.annotate(name, place, offset, textcoords="offset points", ha="center", va="bottom", fontsize=9, bbox=box)
