"""What `same_function` says of bad input: where, what was got, what was expected, and what to do."""

import jax.numpy as jnp
import numpy as np
import pytest

from symmetry import same_function
from tests.small_models import X, dense, dense_params


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"f": "dense"}, TypeError, "f is a str; pass a function"),
        ({"g": lambda p, x: "text"}, TypeError, "g returns a str; return arrays"),
        ({"g": lambda p, x: {"a": x, "b": print}}, TypeError, r"g returns a builtin_function_or_method at \['b'\]"),
        ({"g": lambda p, x: None}, TypeError, "g returns no array"),
        ({"f": lambda p, x: x if x[0, 0] > 0 else -x}, TypeError, "f runs, but JAX cannot trace it"),
        ({"f": lambda p, x: np.asarray(x)}, TypeError, "f runs, but JAX cannot trace it"),
        (
            {"params_f": {}},
            ValueError,
            "f raises an error with params_f and the inputs, which do not fit it: KeyError: 'w1'",
        ),
        ({"inputs": (jnp.ones((2, 3)),)}, ValueError, "f raises an error with params_f and the inputs"),
        ({"inputs": ()}, ValueError, "f raises an error with params_f and the inputs"),
        ({"g": lambda p, x: dense(p, x)[0]}, ValueError, r"f returns float32 of shape \(5, 8\), and g .* \(8,\)"),
        ({"g": lambda p, x: (dense(p, x),)}, ValueError, "return the same tree of arrays"),
        ({"g": lambda p, x: dense(p, x).astype(int)}, ValueError, "f returns float32 .* and g returns int32"),
        (
            {"params_g": {**dense_params(), "b2": jnp.full(8, jnp.nan)}},
            ValueError,
            r"params_g\['b2'\] holds numbers that are",
        ),
        ({"inputs": (jnp.full((5, 8), jnp.nan),)}, ValueError, r"the inputs\[0\] holds numbers that are not finite"),
        ({"params_g": {**dense_params(), "b2": jnp.ones(8, complex)}}, ValueError, "complex numbers; pass real ones"),
        ({"networks": -1}, ValueError, "networks is -1; pass a whole number"),
        ({"seed": 0.5}, ValueError, "seed is 0.5; pass a whole number"),
    ],
)
def test_bad_input_is_a_clear_error(change, error, match):
    given = {"f": dense, "params_f": dense_params(), "g": dense, "params_g": dense_params(), "inputs": (X,), **change}
    functions = [given.pop(name) for name in ("f", "params_f", "g", "params_g")]
    with pytest.raises(error, match=match):
        same_function(*functions, *given.pop("inputs"), **given)
