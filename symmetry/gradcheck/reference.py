"""A student's loss compared with one of ours: else loss and gradient could be wrong together."""

from symmetry.gradcheck.reading import layouts, read
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.verdict import WrongGradient
from symmetry.loss import loss_named


def checked_reference(student: Student, point: Point, reference: str, name: str, seed: int) -> str:
    """Says how the student's loss is one of ours.

    Raises:
        WrongGradient: it is not that loss for any activations, factor and L2 penalty.
        ValueError: there is no such loss, or the parameters are no fully connected network.
    """
    loss = loss_named(reference)
    arrays = point.arrays
    if next(iter(layouts(arrays, point.x, point.y)), None) is None:
        raise ValueError(
            f"reference: the shapes of {', '.join(arrays)} do not chain from x to y as a fully connected network, which is "
            "what the loss can be held against; leave reference out."
        )
    reading = read(student, point, loss, seed)
    if reading is None:
        raise WrongGradient(
            f"{name}: the loss is not {reference} of a fully connected network, with any of our activations, times a constant, "
            "with or without an L2 penalty; its gradient was not looked at. Compute the loss first, and check it alone."
        )
    layers = len(reading.layout.weights)
    network = f"{layers} layers, {reading.hidden} inside" if layers > 1 else "one layer"
    penalty = f", and {reading.penalty:.6g} times the sum of the squares of {', '.join(reading.penalised)}"
    return (
        f"Your loss is {reading.scale:.6g} times {reference} summed over {reading.examples} examples"
        f"{penalty if reading.penalty else ''} ({network})."
    )
