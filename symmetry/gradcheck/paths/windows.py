"""Windows into an array, as of a convolution, that were taken elsewhere on the way back: moved, or with another stride."""

from collections.abc import Callable, Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.factors import with_factor
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import quote
from symmetry.gradcheck.paths.operations import name_of, repeated_operations
from symmetry.gradcheck.paths.record import Operation
from symmetry.gradcheck.paths.trial import Trial, if_changed

Corner = np.ndarray

MOVES: dict[str, Callable[[Corner], Corner]] = {
    **{
        f"moved by {step} along its last {'two axes' if len(axes) == 2 else 'axis' if axes == (-1,) else 'axis but one'}": (
            lambda corner, step=step, axes=axes: corner + step * np.isin(np.arange(-len(corner), 0), axes)
        )
        for axes in ((-1, -2), (-1,), (-2,))
        for step in (-1, 1)
    },
    "taken at half its place, as of a stride that was forgotten": lambda corner: corner // 2,
    "taken at twice its place, as of a stride too many": lambda corner: corner * 2,
}
"""What may happen to the place of a window along the axes that it extends along."""


def moved_windows(graph: Graph) -> Iterator[Trial]:
    """Every window that is a factor, taken elsewhere on the way back; beyond the array there are zeros."""
    for repeated in repeated_operations(graph):
        for which in (0, 1) if repeated.name == "multiply" else ():
            text = name_of(graph, repeated, 1 - which)
            if not text.endswith("]"):
                continue
            for words, move in MOVES.items():
                edges = with_factor(
                    graph, repeated, which, lambda each, text=text, move=move: _moved(graph, each, text, move)
                )
                yield from if_changed(f"{code(text)} {words}, on the way back in {quote(repeated.visit)}", edges)


def _moved(graph: Graph, operation: Operation, text: str, move: Callable[[Corner], Corner]) -> np.ndarray | None:
    operands = {each.text: each for each in graph.visits[operation.visit].operands}
    window, whole = operands.get(text), operands.get(text.split("[")[0])
    if window is None or whole is None or window.corner is None or len(window.corner[1]) < 2:
        return None
    corner, axes = np.array(window.corner[0]), list(window.corner[1])
    corner[axes] = move(corner[axes])
    sizes = np.ones(len(corner), int)
    sizes[axes] = window.entries.shape
    places = np.ix_(*(np.arange(start, start + size) for start, size in zip(corner, sizes, strict=True)))
    inside = np.ones((), bool)
    for place, length in zip(places, whole.entries.shape, strict=True):
        inside = inside & (place >= 0) & (place < length)
    clipped = tuple(np.clip(place, 0, length - 1) for place, length in zip(places, whole.entries.shape, strict=True))
    return np.where(inside, whole.values[clipped], 0.0).reshape(window.entries.shape)
