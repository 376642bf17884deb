"""The reader's own backprop: the definitions and the loops are theirs, and so is what Agda says of them."""

import re

import pytest

from symmetry.formal.checker import sources, unavailable, workspace
from symmetry.formal.checking import written
from symmetry.formal.imports import written_modules
from symmetry.formal.verdicts import Written, decided
from symmetry.own_backprop import backprop_from
from tests.test_own_backprop import ONE_LOOP, PARTS

needs_agda = pytest.mark.skipif(bool(unavailable()), reason=unavailable())

OWN = """
import jax.numpy as jnp
import numpy as np

from symmetry.activation import slope, value


class Swapped:
    @staticmethod
    def hidden_error(delta, w, z, phi):
        return slope(z, phi) * (w @ delta.T).T

    @staticmethod
    def weight_gradient(a, delta):
        return (delta.T @ a).T

    @staticmethod
    def bias_gradient(delta):
        return delta.T.sum(-1)


class SlopeLeftOut(Swapped):
    @staticmethod
    def hidden_error(delta, w, z, phi):
        return delta @ w.T


class WithNumPy:
    @staticmethod
    def weight_gradient(a, delta):
        return np.dot(a.T, delta)


class WithJax:
    @staticmethod
    def weight_gradient(a, delta):
        return jnp.einsum("ni,nj->ij", a, delta)


class EntryByEntry:
    @staticmethod
    def bias_gradient(delta):
        total = delta[0]
        for row in delta[1:]:
            total = total + row
        return total


class TransposedWithNumPy:
    @staticmethod
    def weight_gradient(a, delta):
        return np.dot(delta.T, a)


class WrongWhereSquare:
    @staticmethod
    def hidden_error(delta, w, z, phi):
        return (delta @ (w if w.shape[0] == w.shape[1] else w.T)) * slope(z, phi)


class Minus:
    @staticmethod
    def bias_gradient(delta):
        return -(-delta).sum(0)


class Backwards:
    @staticmethod
    def backpropagate(network, zs, activations, y):
        from symmetry.network import hidden_error, output_error

        errors = [output_error(network, zs[-1], activations[-1], y)]
        for l in range(len(network.layers) - 2, -1, -1):
            errors = [hidden_error(errors[0], network.layers[l + 1].weight, zs[l], network.activations[l]), *errors]
        return errors


class OneLayerTooFar:
    @staticmethod
    def backpropagate(network, zs, activations, y):
        from symmetry.network import hidden_error, output_error

        errors = [output_error(network, zs[-1], activations[-1], y)]
        for l in range(len(network.layers) - 2, -1, -1):
            errors = [hidden_error(errors[0], network.layers[l + 1].weight, zs[l], network.activations[l + 1]), *errors]
        return errors
"""

SWAPPED_LOOP = ONE_LOOP.replace("coming * slope(z, phi)", "slope(z, phi) * coming")

THEOREMS = ("PERM-1", "PERM-8", "TIE-1", "GRAD-2", "GRAD-3", "GRAD-4", "GRAD-6")
"""On the outputs, on networks alone, on backprop, on the errors, on parameters given the errors, on all, on batches."""


def of_own(name: str, source: str = OWN) -> Written:
    """What the reader's own object writes of itself."""
    with backprop_from("own.py", name, source.encode()).in_place():
        return written()


def answers(wrote: Written) -> tuple[dict[str, str], dict[str, str]]:
    """Of those theorems: which are refused, and of which it cannot be told."""
    return decided(THEOREMS, written_modules(sources()), wrote)


@pytest.mark.parametrize(
    ("name", "source"), [("Swapped", OWN), ("Backwards", OWN), ("Right", PARTS), ("backprop", ONE_LOOP)]
)
def test_what_is_right_in_the_operators_is_written_whole(name, source):
    wrote = of_own(name, source)
    assert answers(wrote) == ({}, {})
    assert (wrote.problems, wrote.by_laws) == ({}, {})


@needs_agda
def test_agda_accepts_functions_that_are_spelt_differently():
    assert agda_says(of_own("Swapped")) is None


@needs_agda
def test_agda_accepts_a_loop_that_is_equal_by_laws():
    wrote = of_own("backprop", SWAPPED_LOOP)
    refused, unknown = answers(wrote)
    assert (refused, list(unknown)) == ({}, ["TIE-1"])
    assert unknown["TIE-1"] == (
        "own.py:backprop equals what was proved only by the laws of + and *, which this theorem does not suppose."
    )
    assert agda_says(wrote, "Generated.BackpropTraces") is None


def agda_says(wrote: Written, *modules: str):
    """Agda's refusal of modules that were written; of all of them where none is named."""
    texts = {
        **wrote.files,
        "All": "\n".join(["module All where", *[f"import {each}" for each in modules or wrote.files]]),
    }
    with workspace({f"{name.replace('.', '/')}.agda": f"{text}\n" for name, text in texts.items()}) as agda:
        return agda.check("All.agda")


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        (
            *("SlopeLeftOut", OWN),
            r"^own\.py:SlopeLeftOut\.hidden_error differs from what was proved:\n"
            r"  the program: +hidden_error\[n, j\] = Σ_k next_error\[n, k\] next_weight\[j, k\]\n"
            r"  what was proved: +hidden_error\[n, j\] = \(Σ_k next_error\[n, k\] next_weight\[j, k\]\) φ′\(z\[n, j\]\)\n"
            r"  with next_error = \[\[1\]\], next_weight = \[\[1\]\], z = \[\[4\]\], φ\(z\) = z² \+ z it returns \[\[1\]\], "
            r"and what was proved has \[\[9\]\]\.\n"
            r"What it returns is not the gradient: at 2 layers, the gradient in the weight of layer 1 is",
        ),
        (
            "TransposedWithNumPy",
            OWN,
            r"weight_gradient differs .*with inputs = \[\[3\]\], error = \[\[4, 2\]\] it returns",
        ),
        (
            "WrongWhereSquare",
            OWN,
            r"hidden_error differs .*it returns \[\[100, 90\]\], and what was proved has \[\[90, 126\]\]",
        ),
        (
            "OneLayerTooFar",
            OWN,
            r"own\.py:OneLayerTooFar\.backpropagate differs .*at 2 layers, the gradient in the weight of",
        ),
        (
            "downhill",
            PARTS,
            r"own\.py:downhill differs from what was proved: at 1 layer, the gradient in the weight of",
        ),
        (
            "half",
            PARTS,
            r"own\.py:half\.weight_gradient differs .*it returns \[\[2\]\], and what was proved has \[\[4\]\]",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_formulas_and_numbers(name, source, words):
    refused, unknown = answers(of_own(name, source))
    assert "GRAD-4" in refused
    assert re.search(words, refused["GRAD-4"], re.DOTALL), refused["GRAD-4"]
    assert not {"PERM-1", "PERM-8"} & (refused.keys() | unknown.keys())


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("WithNumPy", "a function of NumPy"),
        ("WithJax", "a function of JAX"),
        ("EntryByEntry", "indexing"),
        ("Minus", "subtraction"),
    ],
)
def test_what_is_not_written_in_the_operators_cannot_be_told(name, lacks):
    refused, unknown = answers(of_own(name))
    assert (refused, list(unknown)) == ({}, ["TIE-1", "GRAD-2", "GRAD-3", "GRAD-4", "GRAD-6"])
    said = re.sub(r"OwnBackpropRaised: own\.py, line \d+, in \w+: ", "", unknown["GRAD-4"])
    assert f"is not written in the operators of formal arrays, so it cannot be told: FormalError: {lacks}" in said
    assert "On small integers it agrees with what was proved." in unknown["GRAD-4"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "raising",
            r"own\.py:raising cannot be told: at 1 layer it raises .*own\.py, line \d+, in raising: AttributeError",
        ),
        (
            "a_tuple",
            r"own\.py:a_tuple cannot be told: at 1 layer it raises .*returned a tuple; expected symmetry\.Gradient",
        ),
    ],
)
def test_what_raises_cannot_be_told(name, words):
    refused, unknown = answers(of_own(name, PARTS))
    assert (refused, list(unknown)) == ({}, ["TIE-1", "GRAD-2", "GRAD-3", "GRAD-4", "GRAD-6"])
    assert re.search(words, unknown["GRAD-4"])


@pytest.mark.parametrize(
    ("name", "source", "refused", "unknown"),
    [
        ("SlopeLeftOut", OWN, {"GRAD-2", "GRAD-4"}, {"GRAD-6"}),
        ("half", PARTS, {"GRAD-3", "GRAD-4"}, {"TIE-1", "GRAD-2", "GRAD-6"}),
        ("downhill", PARTS, {"GRAD-4"}, {"TIE-1", "GRAD-2", "GRAD-3", "GRAD-6"}),
    ],
)
def test_a_theorem_is_refused_only_where_numbers_show_that_it_is_false(name, source, refused, unknown):
    """Equal units have equal gradients under a backprop of the wrong sign, too."""
    assert tuple(map(set, answers(of_own(name, source)))) == (refused, unknown)


def test_afterwards_the_programs_own_functions_are_back():
    of_own("SlopeLeftOut")
    assert written().problems == {}
