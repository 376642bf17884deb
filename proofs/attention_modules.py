"""ATT.1 on Flax's and Equinox's attention: what a value bias adds is moved to the bias of the outputs."""

import functools

import numpy as np

from proofs.architectures import each_network
from proofs.attention import FEATURES, HEADS, MODULES, SIZE
from proofs.stacks import acted, by_path, random_stack
from symmetry.array import Tree
from symmetry.engine.measure import Trials

PATHS = {
    "Flax": ("attention/value/bias", "attention/out/kernel", "attention/out/bias"),
    "Equinox": ("attention/value_proj/bias", "attention/output_proj/weight", "attention/output_proj/bias"),
}
"""The value bias, the output weights and the output bias of each library."""


def bias_moved(name: str, stack: Tree, fault: str) -> Tree:
    """The stack with value biases of 0, and what they added to the outputs in the bias there."""
    leaves = by_path(stack)
    values, weights, outputs = PATHS[name]
    count = len(leaves[values])
    bias = leaves[values].reshape(count, HEADS * SIZE)
    # Flax has the outputs last, Equinox first.
    kernel = leaves[weights].reshape(count, HEADS * SIZE, FEATURES) if name == "Flax" else leaves[weights].mT
    added = bias[:, :FEATURES] if fault == "output weights left out" else np.einsum("ni,nij->nj", bias, kernel)
    return acted(stack, {values: np.zeros_like, outputs: lambda old: old + added})


def before_and_after(name: str, trials: Trials, count: int, fault: str):
    """The module as a function of one case, and cases before and after their value biases are moved."""
    function, like, _ = MODULES[name](trials, fault)
    before = random_stack(trials.generator, count, like, trials.dtype)
    return function, before, bias_moved(name, before, fault)


def the_value_bias_of_modules_is_an_output_bias(trials: Trials, *, fault: str = "") -> None:
    """The outputs of each library's module after its value biases are moved equal those before."""
    networks = {name: functools.partial(before_and_after, name) for name in MODULES}
    for name, function, before, after in each_network(networks, trials, fault, ""):
        trials.compare(name, function, after, before)
