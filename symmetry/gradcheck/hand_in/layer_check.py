"""`check_layer`: the backward of one layer against the exact vector-Jacobian product of its forward."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.check import Settings, checked
from symmetry.gradcheck.hand_in.call_matching import Signature
from symmetry.gradcheck.hand_in.copies import uncopied
from symmetry.gradcheck.hand_in.gradient_names import in_attributes
from symmetry.gradcheck.hand_in.layer_gradients import gradients_of
from symmetry.gradcheck.hand_in.layer_run import LayerRun, owner_of, title_of
from symmetry.gradcheck.hand_in.members import Place, arrays_in, spelled
from symmetry.gradcheck.hand_in.network_parts import named_parameters
from symmetry.gradcheck.hand_in.same_draws import SameDraws
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree, is_array, is_float
from symmetry.gradcheck.report import Report, Words


def check_layer(
    forward: Callable,
    backward: Callable,
    *inputs: Tree,
    params: Leaves | Sequence[str] | None = None,
    outputs: int = 1,
    seed: int = 0,
    name: str | None = None,
) -> Report:
    """Checks the backward of one layer, so that a fault lies in the layer in which it is found.

    A random upstream gradient u, of the shape of the output, is handed to backward; the gradients are held against the
    exact derivative of sum(u * output), which is the vector-Jacobian product that backward stands for.

    >>> import numpy as np
    >>> def affine_forward(x, w, b):
    ...     return x @ w + b, (x, w)
    >>> def affine_backward(dout, cache):
    ...     x, w = cache
    ...     return dout @ w.T, x.T @ dout, dout.sum(axis=0)
    >>> x, w, b = np.array([[1.0, 2.0]]), np.array([[0.5], [0.25]]), np.array([1.0])
    >>> print(str(check_layer(affine_forward, affine_backward, x, w, b)).splitlines()[0])
    affine_backward: the gradient is right in all of 5 derivatives compared.

    Args:
        forward: a function or a method; it returns the output, or the output and what backward needs.
        backward: of the upstream gradient and what forward returned beside the output; or of that and the inputs; a method
            of the same object may take the upstream gradient alone, and a learning rate, which is then 1. It returns
            gradients in the order of forward's arrays of floats, or by name, None for what is not differentiated; a method
            may leave them in attributes such as `dW`, or move the parameters by them.
        inputs: the arguments of forward. Arrays of floats are differentiated; whole numbers, single floats, strings and
            dictionaries of settings are passed on, copied for each call.
        params: a dictionary of arrays that forward takes after the inputs, by name or as one dictionary; or names of
            attributes, if forward is a method. By default the attributes that have a gradient beside them.
        outputs: how many of what forward returns are outputs, before what it keeps. Of several, backward takes as many
            upstream gradients, or all of them in one tuple.
        seed: of the upstream gradient, and of what forward draws at random: the same in every call.
        name: how the report calls the layer; by default the name of backward.

    Returns: the report of `check_backprop`. A small example that it shows has an upstream gradient; of several outputs, the
        entries stand one after the other.

    Raises:
        WrongGradient: a gradient is wrong or missing.
        ValueError: it cannot be told what an argument of backward or one of its gradients belongs to.
    """
    where = title_of(backward)
    run = _run(forward, backward, inputs, params, outputs, seed)
    arrays = _differentiable(run)
    with run.draws:
        done = run.go_forward(arrays)
    upstream = _drawn(done.outputs, seed)
    done, returned = run.go_back(arrays, upstream)
    owner = run.owners[0]
    if params is None and owner is not None:
        # The arrays among its attributes that forward leaves and backward has a gradient for are parameters.
        kept = {place: array for place, array in arrays_in(owner).items() if place in done.kept}
        leaves = {place: array for place, array in kept.items() if in_attributes(done.owner, place, ()) is not None}
        run = dataclasses.replace(run, leaves=leaves)
        arrays |= {spelled(place): leaf for place, leaf in leaves.items()}
    sources = gradients_of(run, arrays, done, returned, where)
    run = dataclasses.replace(run, watched=any(source.kind == "update" for source in sources.values()))
    point = {key: arrays[key] if key in arrays else run.inputs[key] for key in sources}

    def grads(parameters: Leaves, x: Tree, y: Tree) -> dict[str, Leaf]:
        done, returned = run.go_back(parameters, y)
        return {key: source.taken(done.owner, returned, parameters[key]) for key, source in sources.items()}

    return checked(run.loss_at, grads, point, (), upstream, Settings(seed=seed, name=name or where, words=WORDS))


def _run(
    forward: Callable, backward: Callable, inputs: tuple, params: Leaves | Sequence[str] | None, outputs: int, seed: int
) -> LayerRun:
    """The layer, its inputs named as forward names them."""
    owners = owner_of(forward), owner_of(backward)
    signature = Signature.of(forward)
    names = [*signature.needed, *signature.optional]
    named = {names[i] if i < len(names) else f"inputs[{i}]": given for i, given in enumerate(inputs)}
    parameters: Leaves = {}
    leaves: dict[Place, Leaf] = {}
    if isinstance(params, Mapping):
        parameters = {key if key not in named else f"params.{key}": given for key, given in params.items()}
    elif params is not None:
        if owners[0] is None:
            raise ValueError(
                "params: names of attributes are for a method of an object, and forward is a plain function; "
                "pass a dictionary of arrays."
            )
        leaves = dict(item for group in named_parameters(owners[0], params).values() for item in group.items())
    draws = SameDraws(forward, backward, *inputs, seed=seed)
    return LayerRun(forward, backward, owners, named, parameters, leaves, outputs, draws, uncopied(list(owners)))


def _differentiable(run: LayerRun) -> dict[str, Leaf]:
    """The arrays of floats by name: inputs, then parameters. A single float is a setting, such as a probability."""
    given = {**run.inputs, **run.parameters}
    arrays = {name: each for name, each in given.items() if is_array(each) and not isinstance(each, np.floating)}
    found = {name: array for name, array in arrays.items() if is_float(array)}
    return found | {spelled(place): leaf for place, leaf in run.leaves.items()}


WORDS = Words(loss="sum(upstream * output)", x="", y="upstream")
"""How a report calls what a layer is held against."""

GRID = 2.0**-6
"""What the upstream gradient's entries are multiples of, so that their sums are exact in float32, too."""


def _drawn(outputs: tuple, seed: int) -> Leaf:
    """A random upstream gradient without zeros; of several outputs, one after the other."""
    draw = np.random.default_rng(seed)
    shape = np.shape(outputs[0]) if len(outputs) == 1 else (sum(int(np.prod(np.shape(each))) for each in outputs),)
    steps = np.round(draw.normal(size=shape) / GRID)
    drawn = np.where(steps == 0, 1.0, steps) * GRID
    if isinstance(outputs[0], jax.Array):
        return jnp.asarray(drawn, outputs[0].dtype)
    return drawn.astype(outputs[0].dtype if is_array(outputs[0]) and is_float(outputs[0]) else float)
