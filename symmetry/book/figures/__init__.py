"""The figures of the book, each a function that a notebook can call and that computes what it shows.

>>> from symmetry.book.figures import loss_landscape, svg_of
>>> picture = loss_landscape()
>>> picture.caption[:33]
'The half squared error of a 2-2-1'
>>> svg_of(picture)[:4]
'<svg'

A function `..._data` beside each returns the numbers as plain arrays. No figure changes matplotlib's settings or is known
to pyplot.
"""

from collections.abc import Callable

from symmetry.book.figures.differences import differences_against_bounds, differences_against_bounds_data
from symmetry.book.figures.digits import DigitsMissing, effective_width, effective_width_data
from symmetry.book.figures.evidence_ledger import evidence_ledger, evidence_ledger_data
from symmetry.book.figures.landscape import loss_landscape, loss_landscape_data
from symmetry.book.figures.picture import FORMATS, Picture, svg_of
from symmetry.book.figures.training import (
    escape_by_rounding,
    escape_by_rounding_data,
    weights_over_training,
    weights_over_training_data,
)

FIGURES: dict[str, Callable[[], Picture]] = {
    "weights_over_training": weights_over_training,
    "escape_by_rounding": escape_by_rounding,
    "loss_landscape": loss_landscape,
    "effective_width": effective_width,
    "differences_against_bounds": differences_against_bounds,
}
"""Every figure that needs nothing but itself, by name; the first line of each says what it shows. `evidence_ledger` draws a
record."""

BESIDE: dict[str, tuple[str, ...]] = {
    "weights_over_training": ("TIE.3", "TIE.1", "TIE.8"),
    "escape_by_rounding": ("TIE.17",),
    "loss_landscape": ("LAND.1", "PERM.3"),
    "effective_width": ("TIE.5",),
    "differences_against_bounds": ("METH.1", "GRAD.6"),
}
"""The theorems that a figure illustrates, the first before the others."""
