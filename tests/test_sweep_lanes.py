"""Networks side by side: the same as one by one under `jax.vmap`, to the bit where arithmetic is exact."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.activation import IDENTITY, TANH
from symmetry.engine.kernel import exact_settings
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Layer, Network, forward_pass
from symmetry.numbers import Ball
from symmetry.sweep.lane_rules import LONGEST, RULES, Value
from symmetry.sweep.lanes import apart, in_lanes

LANES = 7


def both_ways(function, *arguments, many=None):
    """A function under `jax.vmap` and in lanes, on whole numbers, of arguments that have a last axis of networks."""
    many = [True] * len(arguments) if many is None else many
    axes = tuple(-1 if each else None for each in many)
    one = [argument[..., 0] if each else argument for argument, each in zip(arguments, many, strict=True)]
    program = jax.make_jaxpr(function)(*one)

    def side_by_side(always, *arrays):
        done = in_lanes(program, always)([Value(array, each) for array, each in zip(arrays, many, strict=True)])
        return [
            each.array if each.many else jnp.broadcast_to(each.array[..., None], (*each.array.shape, LANES))
            for each in done
        ]

    expected = jax.tree.leaves(jax.vmap(function, in_axes=axes, out_axes=-1)(*arguments))
    return jax.jit(side_by_side)(True, *arguments), expected


def whole(*shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).integers(-9, 10, size=(*shape, LANES)).astype(np.float32))


def indices(size, *shape):
    return jnp.asarray(np.random.default_rng(1).integers(size, size=(*shape, LANES)))


SAME = {
    "a product": (lambda a, b: a @ b, (whole(2, 3), whole(3, 4, seed=1)), None),
    "a product with a transpose": (lambda a, b: a @ b.T, (whole(2, 3), whole(4, 3, seed=1)), None),
    "a product with a matrix of all": (lambda a, b: a @ b, (whole(2, 3), whole(3, 4)[..., 0]), (True, False)),
    "a product of stacks": (lambda a, b: jax.vmap(jnp.matmul)(a, b), (whole(5, 2, 3), whole(5, 3, 4, seed=1)), None),
    "a product of many terms": (lambda a, b: a @ b, (whole(2, LONGEST + 1), whole(LONGEST + 1, 2)), None),
    "a product of vectors": (lambda a, b: a @ b, (whole(3), whole(3, seed=1)), None),
    "a product in a call": (lambda a, b: jax.jit(jnp.matmul)(a, b) + 1, (whole(2, 3), whole(3, 2, seed=1)), None),
    "units by their indices": (lambda a, i: a[..., i], (whole(3, 5), indices(5, 6)), None),
    "rows by their indices": (lambda a, i: a[i, :], (whole(5, 3), indices(5, 6)), None),
    "one unit": (lambda a, i: a[:, i], (whole(3, 5), indices(5)), None),
    "units of all": (lambda a, i: a[i], (jnp.arange(5.0), indices(5, 6)), (False, True)),
    "indices by indices": (lambda i, j: i[j], (indices(9, 5), indices(5, 6)), None),
    "the inverse of a permutation": (lambda a: jnp.argsort(a), (whole(6),), None),
    "sums and largest": (lambda a: (a.sum(0), a.max(-1, keepdims=True), a.sum()), (whole(3, 5),), None),
    "stacks": (lambda a, b: jnp.stack([a, b], 1), (whole(3), whole(3, seed=1)), None),
    "what is joined": (lambda a, b: jnp.concatenate([a, b], 1), (whole(3, 2), whole(3, 1)), None),
    "reshaping and transposing": (lambda a: a.reshape(3, 4).T, (whole(2, 6),), None),
    "a choice for all": (
        lambda i, a: jax.lax.switch(i, [lambda a: a, lambda a: -a, lambda a: 0 * a], a),
        (jnp.int32(1), whole(3)),
        (False, True),
    ),
    "a choice of each": (
        lambda i, a: jax.lax.switch(i, [lambda a: a, lambda a: -a], a),
        (indices(2), whole(3)),
        None,
    ),
    "a constant": (lambda a: (jnp.ones(3), a), (whole(2),), None),
    "a loop": (lambda a: jax.lax.fori_loop(0, 3, lambda _, b: b + a, a), (whole(2),), None),
    "what is kept": (lambda a: apart(lambda b: (b + 1, b @ b), a)[1], (whole(3, 3),), None),
    "a derivative": (lambda a: jax.grad(lambda b: (b * b @ b).sum())(a), (whole(3, 3),), None),
}


@pytest.mark.quick
@pytest.mark.parametrize("case", SAME)
def test_a_program_in_lanes_gives_what_vmap_gives(case):
    function, arguments, many = SAME[case]
    found, expected = both_ways(function, *arguments, many=many)
    assert len(found) == len(expected) > 0
    for one, other in zip(found, expected, strict=True):
        assert (one.shape, one.dtype) == (other.shape, other.dtype)
        assert (one == other).all()


@pytest.mark.quick
@pytest.mark.parametrize("rule", RULES)
def test_a_wrong_rule_is_noticed(rule, monkeypatch):
    def wrong(operands, params):
        done = right(operands, params)
        return None if done is None else Value(done.array + 1, True)

    right = RULES[rule]
    monkeypatch.setitem(RULES, rule, wrong)
    noticed = 0
    for function, arguments, many in SAME.values():
        found, expected = both_ways(function, *arguments, many=many)
        noticed += any((one != other).any() for one, other in zip(found, expected, strict=True))
    assert noticed


def test_balls_in_lanes_contain_what_balls_one_by_one_contain():
    """Products are summed in another order, so that centers may differ by as much as both radii allow."""

    def outputs(weight, other, x):
        layers = tuple(Layer(Ball.exact(each)) for each in (weight, other))
        ball = forward_pass(Network(layers, (TANH, IDENTITY), HALF_SQUARED_ERROR), Ball.exact(x))[1][-1]
        return ball.center, ball.radius

    with exact_settings():
        generator = np.random.default_rng(0)
        arguments = [jnp.asarray(generator.standard_normal((*shape, LANES))) for shape in ((3, 4), (4, 2), (2, 3))]
        (center, radius), (other_center, other_radius) = both_ways(outputs, *arguments)
        assert (abs(center - other_center) <= radius + other_radius).all()
        assert (radius < 1e-13).all()
        assert (abs(radius / other_radius - 1) < 1e-6).all()
