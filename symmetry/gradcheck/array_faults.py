"""Every cause that shows in the arrays alone, whatever network they are of; the rest of diagnosis needs the loss."""

from collections.abc import Iterator

from symmetry.gradcheck.cause import Cause
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.partial import lost_where_indices_repeat, wrong_in_places
from symmetry.gradcheck.penalised import penalised
from symmetry.gradcheck.reading import Reading
from symmetry.gradcheck.rearranged import rearranged
from symmetry.gradcheck.scaled import scaled


def array_faults(gradients: Gradients, reading: Reading | None = None) -> Iterator[Cause]:
    """Every such cause, the likeliest first; each was computed, and compared with all entries that are known.

    With a reading of the network, a penalty is named exactly.
    """
    silent = tuple(path for path in gradients.wrong if gradients.is_silent(path))
    if silent:
        yield Cause("your {arrays} {is} 0 everywhere, as if forgotten", silent)
    yield from scaled(gradients)
    yield from rearranged(gradients)
    yield from penalised(gradients, reading)
    yield from lost_where_indices_repeat(gradients)
    yield from wrong_in_places(gradients)
