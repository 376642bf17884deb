"""Along which axes of a result all entries are equal, whatever the parameters are: a bias of zeros, a scale of ones."""

from symmetry.discovery.rules.elementwise import ELEMENTWISE
from symmetry.discovery.rules.equation import Equation
from symmetry.discovery.values import Value


def even_axes(equation: Equation, *operands: Value) -> frozenset[int]:
    """The axes of the results along which all entries are equal; some may be missed."""
    rank = len(equation.shapes[0])
    if equation.name == "broadcast_in_dim":
        places = equation.params["broadcast_dimensions"]
        repeated = {
            place
            for at, place in enumerate(places)
            if at in operands[0].even or operands[0].axes[at].size < equation.shapes[0][place]
        }
        return frozenset(range(rank)) - frozenset(places) | repeated
    if equation.name in ELEMENTWISE and not equation.name.startswith("random"):
        return frozenset(place for place in range(rank) if all(_is_even(operand, place) for operand in operands))
    return frozenset()


def _is_even(operand: Value, place: int) -> bool:
    return not operand.axes or operand.axes[place].size == 1 or place in operand.even
