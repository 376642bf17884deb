"""Converters keep types, change nothing in place, name theorems that exist, and say what is wrong in one line."""

import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import proofs
import symmetry
from symmetry import convert


@pytest.mark.parametrize("dtype", [np.float16, np.float64, jnp.bfloat16])
@pytest.mark.parametrize("library", [np, jnp])
def test_types_and_libraries_stay_and_nothing_is_changed_in_place(dtype, library):
    with jax.enable_x64(True):
        params = {"g": library.full(2, 2, dtype), "W": library.ones((2, 1), dtype), "n": library.arange(3)}
    params["W"], before = params["W"], np.array(params["W"])
    made = convert.fold_norm(params, scale="g", readers={"W:0": None})
    assert made["W"].dtype == dtype
    assert type(made["W"]) is type(params["W"])
    assert made["n"] is params["n"]
    assert (np.asarray(params["W"]) == before).all()
    assert np.asarray(made["W"], float).ravel().tolist() == [2.0, 2.0]


MISTAKES = {
    "have no array 'V'; near it are": lambda p: convert.fold_norm(p, scale="g", readers={"V:0": None}),
    "names no axis; write the array and its axis": lambda p: convert.fold_norm(p, scale="g", readers={"W": None}),
    "W has 2 axes, so that there is no W:2": lambda p: convert.fold_norm(p, scale="g", readers={"W:2": None}),
    "W:1 has length 1": lambda p: convert.fold_norm(p, scale="g", readers={"W:1": None}),
    "readers is []": lambda p: convert.fold_norm(p, scale="g", readers={}),
    "writers names W twice": lambda p: convert.center_writers(p, writers=["W:0", "W:1"], readers={"a": "layer norm"}),
    "the call names b twice": lambda p: convert.fold_norm(p, scale="g", readers={"W:0": "b", "U:0": "b"}),
    "incoming and outgoing names W twice": lambda p: convert.split_unit(p, 0, incoming=["W:0"], outgoing=["W:1"]),
    "pass real floats": lambda p: convert.fold_norm(p, scale="g", readers={"n:0": None}),
    "too large for float16": lambda p: convert.fold_norm(p, scale="g", readers={"h:0": None}),
    "no bias for what the shift": lambda p: convert.fold_norm(p, scale="g", shift="m", readers={"W:0": None}),
    "pass a permutation of range": lambda p: convert.reorder_experts(p, [0, 0], experts=["W:0"], router=["g:0"]),
    "expected the axis of experts": lambda p: convert.reorder_experts(p, [0], experts=["W:0"], router=["g:0"]),
    "expected a multiple of size 4": lambda p: convert.split_rotary(p, queries=["W:0"], keys=["g:0"], size=4),
    "pairs need an even number": lambda p: convert.split_rotary(p, queries=["W:0"], keys=["g:0"], size=3),
    "there is no unit 2 of 2": lambda p: convert.split_unit(p, 2, incoming=["g:0"], outgoing=["W:0"]),
    "pass at least two different units": lambda p: convert.merge_units(p, [0], incoming=["g:0"], outgoing=["W:0"]),
    "axes of the same units": lambda p: convert.split_unit(p, 0, incoming=["g:0"], outgoing=["W:1"]),
    "pass a finite number other than 0": lambda p: convert.fold_embedding_scale(
        p, embedding="W", factor=0.0, tied=False
    ),
    "pass running variances": lambda p: convert.fold_batch_norm(p, kernel="W:0", mean="m", variance="s", epsilon=1e-5),
    "pass what the program adds": lambda p: convert.fold_batch_norm(
        p, kernel="W:0", mean="m", variance="g", epsilon=2.0
    ),
    "an array for the shift": lambda p: convert.fold_batch_norm(p, kernel="W:0", mean="m", variance="g", epsilon=0.0),
    "pass one of parts, groups": lambda p: convert.fuse_projections(p["g"], p["g"], p["g"], size=1, layout="qkv"),
    "a number of queries for each key": lambda p: convert.fuse_projections(
        p["g"][:1], p["g"], p["g"], size=1, layout="parts"
    ),
    "expected (2 + 2 * 1) * 1 = 4": lambda p: convert.split_projections(
        p["g"], size=1, query_heads=2, key_heads=1, layout="parts"
    ),
    "change is singular": lambda p: convert.regauge_adapter(p["W"], p["W"].T, [[0.0]]),
    "pass (m, rank) and (rank, n)": lambda p: convert.merge_adapter(p["W"], p["W"], p["W"], scaling=1.0),
    "left is B for W @ x": lambda p: convert.merge_adapter(p["W"], p["W"], p["W"].T, scaling=1.0),
    "2 adapters have 1 weights": lambda p: convert.combine_adapters([(p["W"], p["W"].T, 1.0)] * 2, [1.0]),
}


@pytest.mark.quick
@pytest.mark.parametrize("message", MISTAKES)
def test_a_mistake_is_said_in_one_line_with_what_to_do(message):
    arrays = {
        "U": np.ones((2, 1)),
        "b": np.ones(1),
        "W": np.ones((2, 1)),
        "g": np.full(2, 7e4),
        "m": np.ones(2),
        "s": np.full(2, -1.0),
        "n": np.ones(2, int),
    }
    with pytest.raises(ValueError, match=r"^(?P<where>\w+)(: |$)") as raised:
        MISTAKES[message]({**arrays, "h": np.ones((2, 1), np.float16)})
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.quick
def test_every_theorem_that_is_named_is_one_of_its_chapter():
    known, named = proofs.load(), set()
    for package in ("convert", "dimension"):
        for file in (Path(symmetry.__file__).parent / package).glob("*.py"):
            named |= set(re.findall(r"\b[A-Z]{2,}\.[1-9][0-9]*\b", file.read_text(encoding="utf-8")))
    chapters = {id.partition(".")[0] for id in known}
    assert {"DUP.1", "DUP.2", "TIE.5", "SCALE.1", "SCALE.6", "SOFT.1", "ARCH.4", "NORM.1"} <= named
    assert {id for id in named if id.partition(".")[0] in chapters} <= set(known)
