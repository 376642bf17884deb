"""Figure: a layer of tied units is as wide as it has different units, measured on real digits (TIE.5)."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.actions import gather_units
from symmetry.book.figures.picture import BLUE, GREY, VERMILION, Picture, drawn
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network, backprop, forward, network_of
from symmetry.training import gradient_step

IMAGES = 1797
"""Images that scikit-learn has of digits."""

UNITS = 16
"""Hidden units of every network."""

WIDTHS = (1, 2, 4, 8, 16)
"""Different units among them."""

TRAINED, MINIBATCH, STEPS, RATE = 1280, 160, 1000, 512
"""Images trained on, images a step, steps, and steps of size 1/RATE on the summed loss."""

CLOSE = 0.001
"""Units this close in every weight count as one: on some machine rounding may part tied units by a hair (TIE.17)."""


class DigitsMissing(ImportError):
    """The digits come with scikit-learn, which is not installed."""


class Accuracies(NamedTuple):
    """Shares of the held-out digits that are recognised: arrays (widths, seeds).

    Attributes:
        widths: the number of different units.
        tied: of layers whose 16 units are tied in so many groups.
        plain: of layers with only so many units.
        remaining: different units of the tied layers when training ends.
    """

    widths: np.ndarray
    tied: np.ndarray
    plain: np.ndarray
    remaining: np.ndarray


def digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's images of 64 grey values in [0, 1], shuffled with seed 0, and their digits.

    Raises:
        DigitsMissing: scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise DigitsMissing(
            "the digits come with scikit-learn, which is not installed; `pip install scikit-learn` brings it."
        ) from error
    bunch = load_digits()
    order = np.random.default_rng(0).permutation(len(bunch.target))
    return (bunch.data / 16).astype(np.float32)[order], bunch.target[order]


def started(width: int, seed: int, *, tied: bool) -> Network:
    """A 64-16-10 network of tanh units in float32: 16 units tied in `width` groups, or `width` units and 16 - `width` dead.

    Dead units have no weights at all, stay so, and change nothing (DUP.3): they make the shapes equal.
    """
    generator = np.random.default_rng(seed)
    incoming = generator.standard_normal((64, UNITS)).astype(np.float32) / 8
    outgoing = generator.standard_normal((UNITS, 10)).astype(np.float32) / 4
    alive = np.arange(UNITS) < (UNITS if tied else width)
    biases = [np.zeros(UNITS, np.float32), np.zeros(10, np.float32)]
    weights = [incoming * alive, outgoing * alive[:, None]]
    network = network_of(weights, biases, hidden="tanh", loss="softmax_cross_entropy")
    return gather_units(network, [np.arange(UNITS) % width]) if tied else network


def effective_width_data(seeds: tuple[int, ...] = (0, 1, 2)) -> Accuracies:
    """Trains every network by minibatch gradient descent and counts what it recognises of the digits held out.

    Raises:
        DigitsMissing: scikit-learn is not installed.
    """
    images, labels = digits()
    with exact_settings():
        networks = [started(width, seed, tied=tied) for tied in (True, False) for width in WIDTHS for seed in seeds]
        together = _train_all(jax.tree.map(lambda *each: jnp.stack(each), *networks), images, labels)
        outputs = jax.vmap(lambda network: forward(network, jnp.asarray(images[TRAINED:])))(together)
        right = (np.asarray(outputs).argmax(-1) == labels[TRAINED:]).mean(-1)
    tied, plain = right.reshape(2, len(WIDTHS), len(seeds))
    remaining = np.array([_different_units(together, index) for index in range(tied.size)])
    return Accuracies(np.array(WIDTHS), tied, plain, remaining.reshape(tied.shape))


def _train_all(networks: Network, images: np.ndarray, labels: np.ndarray) -> Network:
    """Networks stacked along a leading axis, trained one after another by one compiled loop."""
    targets = np.eye(10, dtype=np.float32)[labels]
    x, y = (jnp.asarray(array[:TRAINED].reshape(-1, MINIBATCH, array.shape[1])) for array in (images, targets))

    def step(network: Network, turn):
        return gradient_step(network, backprop(network, Batch(x[turn], y[turn])), RATE), None

    turns = jnp.arange(STEPS) % len(x)
    return jax.jit(lambda stacked: jax.lax.map(lambda start: jax.lax.scan(step, start, turns)[0], stacked))(networks)


def _different_units(networks: Network, index: int) -> int:
    """Units that are not `CLOSE` to an earlier one in every weight."""
    layer, following = jax.tree.map(lambda leaf: np.asarray(leaf[index]), networks.layers)
    units = np.concatenate([layer.weight, layer.bias[None], following.weight.T])
    close = np.abs(units[:, :, None] - units[:, None, :]).max(axis=0) <= CLOSE
    return int((~np.tril(close, -1).any(axis=1)).sum())


LINES: dict[str, dict[str, Any]] = {
    "16 units, tied in k groups": {"color": VERMILION, "marker": "o", "linestyle": "-"},
    "k units": {"color": BLUE, "marker": "s", "linestyle": "--"},
}
"""How the tied and the plain layers are drawn."""


@drawn
def effective_width(data: Accuracies | None = None, *, seeds: tuple[int, ...] = (0, 1, 2)) -> Picture:
    """Sixteen units tied in k groups do about what k units do; untied they do more. See TIE.5.

    Args:
        data: what `effective_width_data` returned; computed if None.
        seeds: of the initial weights, and of the data given.

    Raises:
        DigitsMissing: no data is given, and scikit-learn is not installed.
    """
    data = effective_width_data(seeds) if data is None else data
    picture = Picture(
        "effective_width",
        "Tied units count as one: only different units add accuracy",
        _caption(data, seeds),
        _alternative(data),
        height=4.3,
    )
    (axes,) = picture.panels()
    for (label, line), shares in zip(LINES.items(), (data.tied, data.plain), strict=True):
        for one_seed in 100 * shares.T:
            axes.plot(data.widths, one_seed, line["marker"], color=line["color"], ms=3.5, alpha=0.6)
        axes.plot(data.widths, 100 * shares.mean(1), label=label, linewidth=1.8, markersize=7, **line)
    widths = data.widths
    axes.axhline(10, color=GREY, linewidth=1, linestyle=":")
    axes.annotate("guessing", (widths[-1], 10), (0, 3), textcoords="offset points", ha="right", color=GREY, fontsize=9)
    axes.set_xscale("log", base=2)
    axes.set_xticks(widths, [str(width) for width in widths])
    axes.set_ylim(0, 102)
    axes.set_xlabel("different units k in the hidden layer (count)")
    axes.set_ylabel("held-out digits recognised (%)")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.12), handlelength=3)
    return picture


def _caption(data: Accuracies, seeds: tuple[int, ...]) -> str:
    remaining = ", ".join(" or ".join(map(str, sorted(set(row.tolist())))) for row in data.remaining)
    return (
        f"Share of {IMAGES - TRAINED} held-out digits that is recognised by a 64-{UNITS}-10 network of tanh units "
        f"(scikit-learn's digits, trained on {TRAINED:,} of {IMAGES:,}; {STEPS:,} steps of {MINIBATCH} images, step size "
        f"1/{RATE} on the summed softmax cross-entropy; float32). The {UNITS} units start tied in groups; when training ends "
        f"there are {remaining} that differ by more than {CLOSE} in some weight. Beside them, layers with only so many units: a "
        f"tied group is such a unit, trained at other rates (TIE.5). Small marks: {len(seeds)} initialisations (NumPy's "
        f"generator, seeds {', '.join(map(str, seeds))}); lines: their mean."
    )


def _alternative(data: Accuracies) -> str:
    tied, plain = data.tied.mean(1), data.plain.mean(1)
    groups = ", ".join(f"{share:.0%} in {width}" for width, share in zip(data.widths[:-1], tied[:-1], strict=True))
    return (
        f"Accuracy against the number of different hidden units. {UNITS} units tied in groups reach {groups} groups, and "
        f"{tied[-1]:.0%} untied. The line of layers with only so many units rises alongside, from {plain[0]:.0%} to "
        f"{plain[-1]:.0%}."
    )
