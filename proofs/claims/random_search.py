"""The random search posted in one thread, rewritten with the networks of this library (thread2016purpose).

Units: 2 inputs, 3 sigmoid units, 1 sigmoid output, no biases. The inputs are divided by the largest one, the targets by
100; the weights are the best of many draws from the standard normal distribution.
"""

import dataclasses

import jax
import numpy as np

from symmetry.architecture import THREADS
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, batch_loss, forward, network_of

ROWS = np.array([row for row, _ in THREADS[0].data or ()]) * 8
"""The seven posted rows of two numbers."""
MARKS = np.array([mark for _, (mark,) in THREADS[0].data or ()]) * 100
"""Their targets."""

POSTED = (
    np.array([[-0.13787113, -1.30913914, 0.64624687], [-1.76733779, 0.77449265, 1.61122177]]),
    np.array([[-1.42489674], [-1.94360005], [2.56365303]]),
)
"""The weights of the hidden and the output layer that its author found."""


@dataclasses.dataclass
class RandomSearch:
    """The search, and predictions as its author makes them: rows are divided by their largest number."""

    weights: tuple[np.ndarray, np.ndarray] = POSTED
    minima: list[float] = dataclasses.field(default_factory=list)

    @classmethod
    def started(cls, seed: int) -> "RandomSearch":
        generator = np.random.default_rng(seed)
        return cls((generator.standard_normal((2, 3)), generator.standard_normal((3, 1))))

    def outputs(self, inputs: np.ndarray) -> np.ndarray:
        """The network's outputs at inputs that are already divided."""
        with exact_settings():
            network = network_of(self.weights, hidden="sigmoid", output="sigmoid")
            return np.asarray(forward(network, np.asarray(inputs, float)))[:, 0]

    def predict(self, rows) -> np.ndarray:
        """The outputs for rows after division by the largest number among these rows."""
        numbers = np.asarray(rows, float)
        with np.errstate(invalid="ignore"):
            return self.outputs(numbers / numbers.max())

    def errors(self) -> np.ndarray:
        """Targets minus outputs on the seven rows, divided by their largest number as in the search."""
        return MARKS / MARKS.max() - self.outputs(ROWS / ROWS.max())

    def search(self, draws: int, seed: int) -> None:
        """Replaces the weights by the best of `draws` draws; `minima` becomes each new best sum of squares."""
        generator = np.random.default_rng(seed)
        first, second = generator.standard_normal((draws, 2, 3)), generator.standard_normal((draws, 3, 1))
        hidden = _sigmoid(np.einsum("ri,nij->nrj", ROWS / ROWS.max(), first))
        outputs = _sigmoid(np.einsum("nrj,njk->nr", hidden, second))
        sums = ((MARKS / MARKS.max() - outputs) ** 2).sum(axis=1)
        best = np.minimum.accumulate(sums)
        at = [0, *(np.flatnonzero(best[1:] < best[:-1]) + 1)]
        self.minima = [float(sums[draw]) for draw in at]
        self.weights = first[at[-1]], second[at[-1]]


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def trained(steps: int, rate: float, seed: int) -> float:
    """The sum of squares that Adam reaches on the same network and data."""
    import optax

    with exact_settings():
        network = network_of(RandomSearch.started(seed).weights, hidden="sigmoid", output="sigmoid")
        batch = Batch(jax.numpy.asarray(ROWS / ROWS.max()), jax.numpy.asarray(MARKS[:, None] / MARKS.max()))
        adam = optax.adam(rate)

        def loss(layers):
            return 2 * batch_loss(dataclasses.replace(network, layers=layers), batch)  # half a sum of squares, twice

        def step(state, _):
            layers, moments = state
            updates, moments = adam.update(jax.grad(loss)(layers), moments)
            return (optax.apply_updates(layers, updates), moments), None

        state = (network.layers, adam.init(network.layers))
        (layers, _), _ = jax.jit(lambda state: jax.lax.scan(step, state, None, length=steps))(state)
        return float(loss(layers))
