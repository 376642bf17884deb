"""Arrays that are stacked and then flattened, and so end up in turn or one after another: each keeps units of its own.

Seen by itself, `stack` makes one array, along whose axes all move alike; so the two equations are read as one.
"""

from collections import Counter

from jax.extend.core import Jaxpr, JaxprEqn, Literal, Var

from symmetry.discovery.axes import Axes, in_turn, row
from symmetry.discovery.rules.equation import unify_all
from symmetry.discovery.values import Value
from symmetry.gradcheck.jaxpr.values import shaped


def stacked_and_flattened(jaxpr: Jaxpr) -> dict[Var, JaxprEqn]:
    """The equations that stack arrays for a reshape alone, which flattens the new axis with a neighbour; by their results."""
    uses = Counter(atom for equation in jaxpr.eqns for atom in equation.invars if isinstance(atom, Var))
    uses.update(atom for atom in jaxpr.outvars if not isinstance(atom, Literal))
    stacks = {
        equation.outvars[0]: equation
        for equation in jaxpr.eqns
        if equation.primitive.name == "stack" and uses[equation.outvars[0]] == 1
    }
    reshapes = {equation.invars[0]: equation for equation in jaxpr.eqns if equation.primitive.name == "reshape"}
    return {
        variable: stack
        for variable, stack in stacks.items()
        if variable in reshapes and _merged(stack, reshapes[variable]) is not None
    }


def flattened(stack: JaxprEqn, reshape: JaxprEqn, *operands: Value) -> Axes:
    """The axes of the result of both equations."""
    merged = _merged(stack, reshape)
    assert merged is not None
    interleaved = merged < stack.params["axis"]  # the new axis is the inner one
    axes = []
    for place, along in enumerate(zip(*[operand.axes for operand in operands], strict=True)):
        if place != merged:
            axes.append(unify_all(*along))
        else:
            axes.append(in_turn(along) if interleaved else row(along))
    return tuple(axes)


def _merged(stack: JaxprEqn, reshape: JaxprEqn) -> int | None:
    """The axis of the operands that is flattened together with the axis along which they are stacked."""
    new, shape = stack.params["axis"], shaped(stack.invars[0]).shape
    result = shaped(reshape.outvars[0]).shape
    if 0 in shape or 1 in result or reshape.params.get("dimensions") is not None:
        return None
    for axis in (new - 1, new):  # the neighbours of the new axis, as axes of the operands
        if 0 <= axis < len(shape) and (*shape[:axis], shape[axis] * len(stack.invars), *shape[axis + 1 :]) == result:
            return axis
    return None
