"""`check_network`: the class that someone wrote, with its own forward, backward and update, checked as it is."""

import copy
import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from symmetry.gradcheck.argument_order import naming_swapped_arguments
from symmetry.gradcheck.check import Settings, checked
from symmetry.gradcheck.equivariance import Hidden
from symmetry.gradcheck.hand_in.copies import holders_of, uncopied
from symmetry.gradcheck.hand_in.gradient_names import Source, in_attributes, in_returned
from symmetry.gradcheck.hand_in.handed_in import HandIn, Name
from symmetry.gradcheck.hand_in.members import Node, Place, read, spelled
from symmetry.gradcheck.hand_in.network_parts import Groups, found_parameters, method_of, named_parameters
from symmetry.gradcheck.hand_in.same_draws import SameDraws
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree
from symmetry.gradcheck.report import Report
from symmetry.gradcheck.verdict import WrongGradient


@naming_swapped_arguments(functions=0)
def check_network(
    network: Node,
    x: Tree,
    y: Tree,
    *,
    params: Sequence[str] | None = None,
    forward: Name | None = None,
    backward: Name | None = None,
    loss: Name | None = None,
    step: float | None = None,
    hidden: Hidden | Sequence[Hidden] | None = None,
    reference: str | None = None,
    seed: int = 0,
    name: str | None = None,
) -> Report:
    """Checks the gradient of a class that has its own forward and backward, as `check_backprop` checks two functions.

    The object stays as it is: every call runs on a copy. The gradient is what backward returns (a dictionary by name, a
    sequence in the order of `params`); else, where `step` is given, what its update shows, (before - after) / step; else
    what it leaves in attributes such as `dW1`, `W1_grad` or `grads["W1"]`. The report says which.

    >>> import numpy as np
    >>> class Net:
    ...     def __init__(self):
    ...         self.w = np.array([[0.5], [0.25]])
    ...     def forward(self, x):
    ...         return x @ self.w
    ...     def backward(self, x, y, output):
    ...         self.w -= 0.1 * x.T @ (output - y)
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [0.0]])
    >>> half_squares = lambda output, y: ((output - y) ** 2).sum() / 2
    >>> report = check_network(Net(), x, y, params=["w"], loss=half_squares, step=0.1)
    >>> print(str(report).splitlines()[0])
    Net.backward (its update, over 0.1): the gradient is right in all of 2 derivatives compared.

    Args:
        network: the object. If it holds x and y themselves, or arrays equal to them, its methods need not take them.
        x: the inputs.
        y: the targets.
        params: paths of its parameters, such as `["W1", "b1"]`, `["weights", "biases"]` for lists of arrays, or
            `["layers[0].W"]`; by default the arrays that a gradient is found for, or that backward moves.
        forward: a method by name, or a function of (network, x); by default `forward`, `feedforward` or the like. It runs
            before backward, on the same copy.
        backward: a method by name, or a function of (network, x, y); by default `backward`, `backprop` or the like. Methods
            get what their arguments' names ask for: inputs, targets, the output, a cache, the learning rate.
        loss: a function of what forward returns and y, a function of (network, x, y), or a method by name; by default
            `loss`, `cost` or the like. A method that returns `loss, grads` is backward, too, if there is no other.
        step: the learning rate of an update. Its sign is that of descent: negative for code that adds the gradient.
        hidden: as in `check_backprop`, by path.
        reference: as in `check_backprop`.
        seed: of what is random here; NumPy's global generator starts from it in every call, and gets its state back.
        name: how the report calls what is checked; by default the class and its method, and what the gradient is taken from.

    Returns: the report of `check_backprop`.

    Raises:
        WrongGradient: the gradient is wrong, or none is found for a parameter.
        ValueError: a parameter, a method or an argument cannot be found, or arguments seem swapped; the message says what
            to pass.
    """
    if isinstance(network, type):
        raise ValueError(f"network: got the class {network.__name__}; pass an object, such as {network.__name__}().")
    loss = method_of(network, loss, "loss")
    forward = method_of(network, forward, "forward", needed=not isinstance(loss, str))
    backward = method_of(network, backward, "backward", needed=not isinstance(loss, str)) or loss
    assert loss is not None
    assert backward is not None
    if step is not None and not step:
        raise ValueError("step: it is 0; pass the learning rate of the update.")
    bare = _prepared(HandIn(network, {}, ([], []), forward, backward, loss, step, SameDraws(), []), {}, x, y, seed)
    bare.check_data(x, y)
    where = f"{type(network).__name__}.{backward}" if isinstance(backward, str) else _name_of(backward)
    groups = found_parameters(bare, x, y, where) if params is None else named_parameters(network, params)
    hand_in = _prepared(bare, groups, x, y, seed)
    point = {spelled(place): leaf for place, leaf in hand_in.leaves.items()}
    went_back = hand_in.went_back(point, copy.deepcopy(x), copy.deepcopy(y))
    words, sources = _way_found(hand_in, *went_back, groups, where)
    watched = any(source.kind == "update" for source in sources.values())

    def grads(parameters: Leaves, x: Tree, y: Tree) -> dict[str, Leaf]:
        copied, returned = hand_in.went_back(parameters, x, y, watched=watched)
        return {path: source.taken(copied, returned, parameters[path]) for path, source in sources.items()}

    name = name or f"{where} ({words})"
    return checked(hand_in.loss_at, grads, point, x, y, Settings(None, hidden, reference, seed, name))


def _prepared(bare: HandIn, groups: Groups, x: Tree, y: Tree, seed: int) -> HandIn:
    """The same with parameters, and with what it holds and draws."""
    network = bare.network
    leaves = dict(item for group in groups.values() for item in group.items())
    known = {id(leaf) for leaf in leaves.values()}
    held = [[each for each in holders_of(network, data) if id(each) not in known] for data in (x, y)]
    draws = SameDraws(network, bare.forward, bare.backward, bare.loss, seed=seed)
    return dataclasses.replace(bare, leaves=leaves, data=(held[0], held[1]), draws=draws, alone=uncopied(network))


def _name_of(function: Callable) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    return "backward" if name == "<lambda>" else name


def _way_found(
    hand_in: HandIn, network: Node, returned: Tree, groups: Groups, where: str
) -> tuple[str, dict[str, Source]]:
    """Words for the first way that has every gradient, and by path where each comes from, once backward ran on a copy.

    Ways are what is returned, the update if its step is known, and attributes.

    Raises:
        ValueError: only an update was found, and its step is not known.
        WrongGradient: no way has every gradient.
    """
    leaves, step = hand_in.leaves, hand_in.step
    in_result = in_returned(returned, groups, {place: np.shape(leaf) for place, leaf in leaves.items()})
    if len(in_result) == len(leaves):
        return "what it returns", {spelled(place): Source("returned", at) for place, at in in_result.items()}
    moved = [place for place, value in leaves.items() if not np.array_equal(np.asarray(read(network, place)), value)]
    if step is not None and moved:
        return f"its update, over {step:g}", {spelled(place): Source("update", place, step) for place in leaves}
    beside = {place: at for place in leaves if (at := in_attributes(network, place, list(leaves))) is not None}
    if len(beside) == len(leaves):
        shown = ", ".join([spelled(at) for at in beside.values()][:3]) + (", ..." if len(beside) > 3 else "")
        return f"its {shown}", {spelled(place): Source("attribute", at) for place, at in beside.items()}
    if moved:
        raise ValueError(
            f"{where}: it returns no gradient, and moves {', '.join(map(spelled, moved))}; pass step=, its learning rate, "
            "so that the gradient is (before - after) / step. It is negative where code adds the gradient of the loss."
        )
    most = max(in_result, beside, key=len)
    raise WrongGradient(_not_found([place for place in leaves if place not in most], list(most), step, where))


def _not_found(missing: list[Place], known: list[Place], step: float | None, where: str) -> str:
    path = spelled(missing[0])
    name = path.split(".")[-1].split("[")[0]
    found = f" (there is one for {', '.join(map(spelled, known))})" if known else ""
    update = "it moves no parameter" if step is None else f"with step={step:g} it moves no parameter"
    return (
        f"{where}: no gradient of {path} was found{found}. What it returns has none; {update}; and there is no "
        f"attribute like d{name}, grad_{name}, {name}_grad or grads[{name!r}]. Return the gradients, by name or in the "
        "order of params, or pass backward=lambda network, x, y: ..., a function that does."
    )
