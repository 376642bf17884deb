"""Rules of what depends on the order of entries: running sums, places of the largest, sorting."""

from symmetry.discovery.axes import Axes
from symmetry.discovery.rules.equation import Equation, Rule, unify_all
from symmetry.discovery.values import Value


def _running(equation: Equation, operand: Value) -> list[Axes]:
    """An entry depends on those before it, so that the result has another axis: nothing may depend on the place along it."""
    axis = equation.params["axis"]
    equation.freeze(operand.axes[axis])
    axes = list(operand.axes)
    axes[axis] = equation.fixed(axes[axis].size)
    return [tuple(axes)]


def _place(equation: Equation, operand: Value) -> list[Axes]:
    """The place of the largest entry; of equal ones it is the first, so that places cannot be exchanged."""
    axes = equation.params["axes"]
    equation.freeze(*[operand.axes[axis] for axis in axes])
    return [tuple(axis for place, axis in enumerate(operand.axes) if place not in axes)]


def _sort(equation: Equation, *operands: Value) -> list[Axes]:
    """Sorted values forget where they were, if all operands are keys; what is carried along shows the place of equal keys."""
    along = equation.params["dimension"]
    axes = [unify_all(*same) for same in zip(*[operand.axes for operand in operands], strict=True)]
    if equation.params["num_keys"] < len(operands):
        equation.freeze(axes[along])
    axes[along] = equation.fixed(axes[along].size)
    return [tuple(axes) for _ in operands]


def _top_k(equation: Equation, operand: Value) -> list[Axes]:
    """The largest values forget where they were, as long as their places are not used."""
    along = equation.params.get("axis", -1) % len(operand.axes)
    if equation.live[1]:
        equation.freeze(operand.axes[along])
    axes = list(operand.axes)
    axes[along] = equation.fixed(equation.shapes[0][along])
    return [tuple(axes), tuple(axes)]


def _random_bits(equation: Equation, keys: Value) -> list[Axes]:
    """A given key makes given numbers: places among them cannot be exchanged."""
    return [keys.axes + equation.all_fixed(shape[len(keys.axes) :]) for shape in equation.shapes]


def _unwrapped(equation: Equation, keys: Value) -> list[Axes]:
    return [keys.axes + equation.all_fixed(equation.shapes[0][len(keys.axes) :])]


def _wrapped(equation: Equation, bits: Value) -> list[Axes]:
    keys = len(equation.shapes[0])
    equation.freeze(*bits.axes[keys:])
    return [bits.axes[:keys]]


ORDER: dict[str, Rule] = {
    **dict.fromkeys(("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"), _running),
    **dict.fromkeys(("argmax", "argmin"), _place),
    **dict.fromkeys(("random_bits", "random_split"), _random_bits),
    "random_unwrap": _unwrapped,
    "random_wrap": _wrapped,
    "sort": _sort,
    "top_k": _top_k,
}
