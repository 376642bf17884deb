"""Whatever a public function is handed in the place of an argument or of a leaf, it takes it or says what is wrong with it."""

# pyright: reportArgumentType=false, reportCallIssue=false

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

import symmetry
from symmetry.testing import assert_equivariant_update, assert_same_function, assert_symmetric, networks
from tests.hostile.fuzz import fuzz, refusal_in_words
from tests.hostile.strategies import ANYTHING, ARRAYS, HUGE, KEYS

NETWORK = symmetry.network_of([np.ones((2, 3)), np.ones((3, 1))], hidden="tanh")


def mlp(params, x):
    return jnp.tanh(x @ params["a"]) @ params["b"]


PARAMS = {"a": np.arange(6.0).reshape(2, 3) / 7, "b": np.arange(3.0).reshape(3, 1) / 5}
X = np.array([[0.5, 1.0], [0.25, -1.0]])
GROUPS = symmetry.discover(mlp, PARAMS, X)

CHEAP = {
    "network_of": (symmetry.network_of, [[np.ones((2, 2))]], ["biases", "hidden", "output", "loss"]),
    "a weight": (lambda weight: symmetry.network_of([weight]), [np.ones((2, 2))], []),
    "a bias": (lambda bias: symmetry.network_of([np.ones((2, 2))], [bias]), [np.ones(2)], []),
    "batch_of": (symmetry.batch_of, [NETWORK, np.ones((2, 2)), np.ones((2, 1))], []),
    "UnitPermutation.of": (symmetry.UnitPermutation.of, [NETWORK, [[1, 0, 2]]], []),
    "a permutation": (lambda units: symmetry.UnitPermutation.of(NETWORK, [units]), [[1, 0, 2]], []),
    "a group's permutation": (lambda units: GROUPS[0].act(units, PARAMS), [[1, 0, 2]], []),
    "a group's parameters": (lambda params: GROUPS[0].act([1, 0, 2], params), [PARAMS], []),
    "theorem_by_id": (symmetry.theorem_by_id, ["NO.1"], []),
    "prove": (symmetry.prove, ["NO.1"], ["networks", "seed"]),
    "networks": (networks, [PARAMS], []),
    "from_axes": (symmetry.from_axes, [{"a": (None, "P")}, PARAMS], []),
    "discover": (symmetry.discover, [mlp, PARAMS, X], ["mirrors"]),
}
"""What is called, with arguments that fit, and the names of others, which may be left out."""


@st.composite
def calls(draw: st.DrawFn, known: dict) -> tuple:
    """A call with anything in the place of one of its arguments."""
    function, arguments, names = known[draw(st.sampled_from(sorted(known)))]
    place, value = draw(st.integers(0, len(arguments) + len(names) - 1)), draw(ANYTHING)
    if place < len(arguments):
        return function, [*arguments[:place], value, *arguments[place + 1 :]], {}
    return function, arguments, {names[place - len(arguments)]: value}


@fuzz(150, 1_500, call=calls(CHEAP))
def test_arguments_are_taken_or_refused(call):
    function, arguments, named = call
    with refusal_in_words(ValueError, TypeError):
        function(*arguments, **named)


def squares(params, x, y):
    return ((x @ params["W"] - y) ** 2).sum()


def gradient(params, x, y):
    return {"W": 2 * x.T @ (x @ params["W"] - y)}


DEAR = {
    "check": (
        symmetry.check,
        [mlp, PARAMS, X],
        ["loss", "optimizer", "groups", "mirrors", "networks", "seed", "progress"],
    ),
    "check_start": (symmetry.check_start, [mlp, PARAMS, X], ["loss", "optimizer", "groups", "mirrors", "steps"]),
    "same_function": (symmetry.same_function, [mlp, PARAMS, mlp, PARAMS, X], ["networks", "seed"]),
    "assert_symmetric": (assert_symmetric, [mlp, PARAMS, X], ["groups"]),
    "assert_same_function": (assert_same_function, [mlp, PARAMS, mlp, PARAMS, X], []),
    "assert_equivariant_update": (assert_equivariant_update, [lambda params: params, PARAMS], []),
}


def stands_for_much_work(call: tuple) -> bool:
    """Whether it asks for more networks or steps than can be tried."""
    return any(isinstance(value, int) and value > 100 for value in call[2].values())


@fuzz(8, 150, call=calls(DEAR))
def test_so_are_those_of_checks(call):
    assume(not stands_for_much_work(call))
    function, arguments, named = call
    assume(not callable(named.get("progress")))  # a reader's own function, whose errors are the reader's
    with refusal_in_words(ValueError, TypeError, AssertionError):
        function(*arguments, **named)


NAMES = ["only", "hidden", "reference", "seed", "name"]


@fuzz(40, 300, name=st.sampled_from(NAMES), value=ANYTHING)
def test_so_are_the_settings_of_the_gradient_check(name, value):
    with refusal_in_words(ValueError, AssertionError):
        symmetry.check_backprop(squares, gradient, {"W": np.ones((2, 1))}, X, np.ones((2, 1)), **{name: value})


TREES = st.dictionaries(KEYS, ARRAYS, max_size=3) | st.lists(ARRAYS, max_size=2)


@fuzz(15, 150, tree=TREES)
def test_so_are_trees_of_any_arrays(tree):
    def total(params, *inputs):
        return sum(jnp.sum(leaf) for leaf in (params.values() if isinstance(params, dict) else params))

    with refusal_in_words(ValueError, TypeError):
        symmetry.discover(total, tree)
    with refusal_in_words(ValueError, TypeError):
        symmetry.from_axes(dict.fromkeys(tree if isinstance(tree, dict) else ["0"], ("P",)), tree)
    assume(not any(leaf is HUGE for leaf in (tree.values() if isinstance(tree, dict) else tree)))
    with refusal_in_words(ValueError, TypeError):
        symmetry.same_function(total, tree, total, tree, networks=0)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: symmetry.network_of([[["a"]]]), "weight 0 is no array of numbers, .*; pass 2 dimensions of floats"),
        (lambda: symmetry.network_of(3), "weights is 3, of type int; pass a list of one array a layer"),
        (lambda: symmetry.network_of([np.ones((1, 1)) * 1j]), "weight 0 holds complex numbers; pass real ones"),
        (
            lambda: symmetry.batch_of(None, X, X),
            "network is None, of type NoneType; pass a network, such as `network_of` makes",
        ),
        (lambda: symmetry.UnitPermutation.of(NETWORK, [[1.5, 0.2, 2.0]]), r"layer 0 is \[1.5, 0.2, 2.0\]; pass a list"),
        (lambda: symmetry.theorem_by_id(3), "there is no theorem or claim 3"),
        (
            lambda: symmetry.discover(mlp, {1: X, "a": X}, X),
            "JAX cannot go through the tree, .*; name what a dictionary holds",
        ),
        (lambda: symmetry.discover(mlp, PARAMS, X, mirrors=3), "mirrors is 3, of type int; pass {path of a result"),
        (
            lambda: symmetry.check_start(mlp, PARAMS, X, groups=["a"]),
            "groups: an item is 'a', of type str; pass groups of units",
        ),
        (lambda: symmetry.check(mlp, PARAMS, X, seed=-1), "seed is -1; pass a whole number that is not negative"),
        (lambda: symmetry.prove("PERM.1", networks=0), "networks is 0; pass a whole number of at least 1"),
        (
            lambda: symmetry.theorem("MY.1", title=3, statement="", hypotheses=""),
            "MY.1: its title is 3, of type int; pass a text",
        ),
        (lambda: symmetry.theorem("MY.1", title="", statement="", hypotheses="", cites="ab"), "cites is the text 'ab'"),
        (
            lambda: symmetry.check_backprop(squares, gradient, {"W": X}, X, X, only="W"),
            "only is the text 'W'; pass a list",
        ),
    ],
)
def test_what_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()
