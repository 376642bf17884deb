"""Figure: the share of faults caught against time, and by the size of the fault."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from symmetry.book.figures.picture import BLUE, GREEN, ORANGE, PURPLE, VERMILION, Picture, drawn, svg_of
from tests.faults.peers import PEERS
from tests.faults.rows import Row

COLOURS = dict(zip(PEERS, (ORANGE, GREEN, PURPLE, VERMILION), strict=True))


def shares_caught(found: Sequence[Row]) -> str:
    """The figure as SVG."""
    return svg_of(picture(found))


@drawn
def picture(found: Sequence[Row]) -> Picture:
    caption = f"{len(found)} planted faults; seconds of the processor, compilation left out."
    shown = Picture(
        "planted_faults",
        "Planted faults that are caught",
        caption,
        "Curves of the share caught against time and size.",
        3.2,
    )
    by_time, by_size = shown.subplots(1, 2, sharey=True)
    _against_time(by_time, found)
    _against_size(
        by_size, [row for row in found if row["size"] and row["peers"]] or [row for row in found if row["size"]]
    )
    return shown


def _against_time(axes: Axes, found: Sequence[Row]) -> None:
    seconds = np.sort([row["seconds"] - row["compiling"] if row["caught"] else np.inf for row in found])
    axes.step(seconds, np.arange(1, len(seconds) + 1) / len(seconds), where="post", color=BLUE)
    axes.set(xscale="log", xlabel="seconds", ylabel="share caught", ylim=(0, 1.05))


def _against_size(axes: Axes, found: Sequence[Row]) -> None:
    sizes = sorted({row["size"] for row in found})
    of_size = [[row for row in found if row["size"] == size] for size in sizes]
    axes.plot(sizes, [np.mean([row["caught"] for row in each]) for each in of_size], "o-", color=BLUE, label="symmetry")
    for peer, colour in COLOURS.items():
        said = [
            [row["peers"][peer]["detected"] for row in each if isinstance(row["peers"].get(peer), dict)]
            for each in of_size
        ]
        if all(said) and said:
            axes.plot(sizes, [np.mean(each) for each in said], "s--", color=colour, label=peer)
    if sizes:
        axes.set(xscale="log", xlabel="relative size of the fault")
        axes.legend()
