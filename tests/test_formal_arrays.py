"""Formal arrays: the operators write formulas, and whatever they lack is an error that says so."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.activation import RELU, derivative, slope, value
from symmetry.formal.definitions import definitions, program_text
from symmetry.formal.textbook import TEXTBOOK
from symmetry.numbers.formal import Formal, FormalActivation, FormalError, FormalLoss, FormalTargets, naming

x: Any
z: Any
x, weight = Formal.named("x", "batch", "ins"), Formal.named("W", "ins", "units")
z, bias = Formal.named("z", "batch", "units"), Formal.named("b", "units")
PHI = FormalActivation("φ")


@pytest.mark.parametrize(
    ("array", "text", "dimensions"),
    [
        (x @ weight, "sum (λ i → x n i * W i j)", ("batch", "units")),
        (x @ weight + bias, "sum (λ i → x n i * W i j) + b j", ("batch", "units")),
        (bias + z, "b j + z n j", ("batch", "units")),
        (z.T, "z n j", ("units", "batch")),
        ((x @ weight).T, "sum (λ i → x n i * W i j)", ("units", "batch")),
        (z.sum(0), "sum (λ n → z n j)", ("units",)),
        (z.sum(-1), "sum (λ j → z n j)", ("batch",)),
        (z.sum(1, keepdims=True) * z, "sum (λ j′ → z n j′) * z n j", ("batch", "units")),
        (z.sum(), "sum (λ n → sum (λ j → z n j))", ()),
        (z * (z + z), "z n j * (z n j + z n j)", ("batch", "units")),
        ((z @ z.T) @ z, "sum (λ n′ → sum (λ j → z n j * z n′ j) * z n′ j)", ("batch", "units")),
        (2 * z, "z n j + z n j", ("batch", "units")),
        (z * np.float64(1.0), "z n j", ("batch", "units")),
        (z + 0, "z n j", ("batch", "units")),
        (value(z, PHI), "value (z n j) φ", ("batch", "units")),
        (slope(z + z, PHI), "slope (z n j + z n j) φ", ("batch", "units")),
        (derivative(z, PHI, 2), "φ 2 (z n j)", ("batch", "units")),
        (FormalLoss().value(z, FormalTargets("y", "batch")), "sum (λ n → loss (z n) (y n))", ()),
        (
            FormalLoss().error(z * z, FormalTargets("y", "batch")),
            "error (λ j′ → z n j′ * z n j′) (y n) j",
            z.dimensions,
        ),
    ],
)
def test_an_operation_writes_its_formula(array, text, dimensions):
    assert (array.text(), array.dimensions) == (text, dimensions)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (lambda: z - z, "subtraction is not among the formal operations; formal arrays have @"),
        (lambda: -z, "subtraction"),
        (lambda: z / 2, "division"),
        (lambda: z / z.shape[0], "division"),
        (lambda: 1 / z, "division"),
        (lambda: z**2, "a power"),
        (lambda: z * 0.5, r"multiplying by 0\.5 is not"),
        (lambda: z * -1, "multiplying by -1 is not"),
        (lambda: 0 * z, "multiplying by 0 is not"),
        (lambda: 1000 * z, "multiplying by 1000 is not"),
        (lambda: z + 1, "adding 1 is not"),
        (lambda: z + None, "adding None is not"),
        (lambda: z @ np.ones((2, 2)), "@ with array"),
        (lambda: np.ones((2, 2)) @ z, "@ with what is no formal array"),
        (lambda: z[0], "indexing"),
        (lambda: [row for row in z], "indexing"),  # noqa: C416
        (lambda: bool(z), "asking for a number"),
        (lambda: z == z.T, "comparison"),
        (lambda: np.dot(z, z), "a function of NumPy"),
        (lambda: np.asarray(z), "a function of NumPy"),
        (lambda: jnp.einsum("nj->j", z), "a function of JAX"),
        (lambda: z @ z, r"shapes \(batch, units\) @ \(batch, units\) do not chain for every size"),
        (lambda: z @ bias, r"shapes \(batch, units\) @ \(units\) do not chain"),
        (lambda: z + z.T, r"shapes \(batch, units\) \+ \(units, batch\) do not fit for every size"),
        (lambda: x * z, r"shapes \(batch, ins\) \* \(batch, units\) do not fit"),
        (lambda: z.sum(2), r"axis 2 of a sum over \(batch, units\); expected one of its 2 axes"),
        (lambda: z.sum((0, 1)), r"axis \(0, 1\) of a sum"),
        (lambda: z.sum(keepdims=True), "a sum of all entries that keeps dimensions"),
        (lambda: z.shape[0] == z.shape[1], "whether batch is units depends on the size"),
        (lambda: z.shape[0] == 3, "whether batch is 3 depends on the size"),
        (lambda: range(z.shape[0]), "the size batch is not a number"),
        (lambda: value(z, RELU), "expected one of the network's activations"),
        (lambda: value(jnp.ones(2), PHI), "an unknown activation"),
        (lambda: FormalLoss().value(z, z), "targets only"),
        (lambda: FormalLoss().error(bias, FormalTargets("y", "batch")), r"a loss of outputs \(units\)"),
    ],
)
def test_what_formal_arrays_lack_is_an_error(operation, message):
    with pytest.raises(FormalError, match=message):
        operation()


def test_an_attribute_that_they_lack_is_named():
    with pytest.raises(AttributeError, match=r"\.mean is not among the formal operations; formal arrays have @"):
        z.mean()
    assert not hasattr(z, "dtype")


def test_named_arrays_keep_formulas_short():
    with naming() as named:
        a = value(x @ weight, PHI)
        loss = (a.T @ z) + (value(x @ weight, PHI).T @ z)
    assert loss.text() == "sum (λ n → v2 n j * z n j′) + sum (λ n → v2 n j * z n j′)"
    assert [(name, array.text()) for name, array in named.definitions] == [
        ("v1", "sum (λ i → x n i * W i j)"),
        ("v2", "value (v1 n j) φ"),
    ]


def test_the_program_writes_the_textbooks_formulas():
    found = definitions()
    assert {name: each.term.text() for name, each in found.items() if each.term} == {
        name: term.text() for name, term in TEXTBOOK.items()
    }
    text = program_text(found, lambda signature: TEXTBOOK[signature.name])
    line = "  hidden-error next-δ next-weight z φ n j = sum (λ k → next-δ n k * next-weight j k) * slope (z n j) φ\n"
    assert line in text
    assert "Not the program's" not in text
