"""Figure: worst differences against their bounds over many networks, in each float type (METH.1, higham2002accuracy)."""

import functools
import operator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.architecture import Architecture
from symmetry.book.figures.picture import BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, drawn
from symmetry.cases import case_types, draw_cases
from symmetry.engine.compare import leaves_of
from symmetry.engine.compilation import compiled
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network, backprop, map_parameters
from symmetry.numbers.ball.source import RandomFloats, as_balls, round_to
from symmetry.rounding import share_of_bound

SHAPE = Architecture((3, 4, 2), batch=4, hidden="tanh", output="identity", loss="half_squared_error")

MARKS: dict[str, dict[str, Any]] = {
    "float64": {"color": BLUE, "marker": "o"},
    "float32": {"color": ORANGE, "marker": "s"},
    "float16": {"color": GREEN, "marker": "^"},
    "bfloat16": {"color": PURPLE, "marker": "D"},
}


def gradients_add_up(network: Network, batch: Batch):
    """Both sides of GRAD.6: the gradient of a batch, and the sum of the gradients of its examples, the last first.

    In the order of the batch a sum may round as the product of matrices does, and then nothing would be seen.
    """
    examples = [Batch(batch.x[row : row + 1], batch.y[row : row + 1]) for row in reversed(range(SHAPE.batch))]
    added = functools.partial(map_parameters, operator.add)
    total = functools.reduce(added, [backprop(network, each) for each in examples])
    return backprop(network, batch).layers, total.layers


def differences_against_bounds_data(networks: int = 200, seed: int = 0) -> dict[str, np.ndarray]:
    """How far both sides of GRAD.6 differ on random networks, and by how much rounding lets them.

    Returns:
        For each float type, of every network's worst parameter - the one whose difference is the largest part of its
        bound - the difference, the bound, and the larger of the two sides: shape (networks, 3).
    """
    cases = draw_cases(case_types(gradients_add_up), RandomFloats((seed,), networks), SHAPE)
    return {dtype: _worst(round_to(cases, jnp.dtype(dtype))) for dtype in MARKS}


def _worst(cases: dict[str, Any]) -> np.ndarray:
    def of_one(case):
        leaves = leaves_of(gradients_add_up(**as_balls(case)))
        wide = leaves[0].left.radius.dtype
        sides = [(each.left.center.astype(wide).ravel(), each.right.center.astype(wide).ravel()) for each in leaves]
        one, other = (jnp.concatenate(side) for side in zip(*sides, strict=True))
        bound = jnp.concatenate([(leaf.left.radius + leaf.right.radius).ravel() for leaf in leaves])
        difference = jnp.abs(one - other)
        worst = jnp.argmax(jnp.where(difference == 0, 0, difference / bound))
        return jnp.stack([difference, bound, jnp.maximum(jnp.abs(one), jnp.abs(other))])[:, worst]

    with exact_settings():
        return np.asarray(compiled(jax.vmap(of_one), cases)(cases), np.float64)


@drawn
def differences_against_bounds(data: dict[str, np.ndarray] | None = None, *, seed: int = 0) -> Picture:
    """Gradients of random networks computed in two ways: every difference stays below its bound. See GRAD.6.

    Where one does not, the title says so.

    Args:
        data: what `differences_against_bounds_data` returned; computed if None.
        seed: of the networks, and of the data given.
    """
    data = differences_against_bounds_data(seed=seed) if data is None else data
    worst = {dtype: (rows[:, 0] / rows[:, 1]).max() for dtype, rows in data.items()}
    shares = ", ".join(f"{share_of_bound(share)} in {dtype}" for dtype, share in worst.items())
    networks = len(next(iter(data.values())))
    holds = max(worst.values()) <= 1
    picture = Picture(
        "differences_against_bounds",
        "No difference passes its bound, in any float type" if holds else "A difference passes its bound",
        "The gradient of a batch of four against the sum of its examples' gradients, the last first (GRAD.6), on "
        f"{networks} random {SHAPE} networks of tanh units in each float type (standard normal numbers from NumPy's "
        f"generator, seed {seed}). A mark is a network's worst parameter; the bound is the sum of the two radii that balls "
        f"derive. Worst shares of the bound: {shares}. Open marks: the bound is as large as the numbers themselves, so that "
        "nothing could have failed there.",
        "Difference against bound on logarithmic axes. The marks form one cloud a float type, float64 at the lower left, then "
        f"float32, float16 and bfloat16; {'all lie' if holds else 'not all lie'} below the diagonal, where a difference equals "
        f"its bound. Worst shares of the bound: {shares}.",
        height=5.2,
    )
    (axes,) = picture.panels()
    everything = np.concatenate(list(data.values()))
    floor = 10.0 ** np.floor(np.log10(everything[everything[:, 0] > 0, 0].min(initial=1e-16)) - 1)
    for dtype, rows in data.items():
        _scatter(axes, dtype, rows, floor)
    _finish(axes, everything[:, 1], floor)
    return picture


def _scatter(axes, dtype: str, rows: np.ndarray, floor: float) -> None:
    """A filled mark a network, an open one where the bound says nothing; differences of exactly 0 on the floor."""
    difference, bound, size = rows.T
    for vacuous in (False, True):
        chosen = (bound >= size) == vacuous
        mark = MARKS[dtype] | {"markeredgecolor": MARKS[dtype]["color"], "markersize": 3.5, "alpha": 0.75}
        if vacuous:
            mark |= {"markerfacecolor": "none", "alpha": 0.6}
        axes.plot(bound[chosen], np.maximum(difference[chosen], floor), linestyle="", **mark)
    axes.plot([], [], linestyle="", markersize=6, label=dtype, **MARKS[dtype])


def _finish(axes, bounds: np.ndarray, floor: float) -> None:
    ends = np.array([bounds.min() / 3, bounds.max() * 3])
    axes.plot(ends, ends, color=GREY, linestyle="--", label="difference = bound")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(*ends)
    axes.set_ylim(floor / 3, ends[1])
    low = int(np.log10(floor))
    powers = range(low + 2 - low % 2, 3, 4)
    axes.set_yticks(
        [floor, *[10.0**power for power in powers]], ["exactly 0", *[f"$10^{{{power}}}$" for power in powers]]
    )
    axes.minorticks_off()
    axes.set_xlabel("bound: the sum of both radii (in units of the gradient)")
    axes.set_ylabel("difference (in units of the gradient)")
    axes.legend(loc="upper left")
