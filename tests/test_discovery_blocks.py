"""Groups whose permutation may differ from block to block, and groups that a slice has divided: found, and never too many."""

import dataclasses
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from random_permutations import fault_of

from symmetry.discovery import UnitGroups, discover

TRIES = 3

ROW, LAST = np.array([2, 0]), np.array([3])


@dataclasses.dataclass(frozen=True)
class Case:
    """A function of arrays of integers, none of which is an input, and the groups that it has.

    Attributes:
        function: returns what must not change.
        shapes: of its arguments p0, p1, ...
        groups: as they are printed.
    """

    function: Callable
    shapes: tuple[tuple[int, ...], ...]
    groups: tuple[str, ...]


def total(array: jax.Array) -> jax.Array:
    """A sum that depends on each entry, but not on their order."""
    return (array * (2 * array + 1)).sum()


def each(array: jax.Array) -> jax.Array:
    """The same along the last axis."""
    return (array * (2 * array + 1)).sum(-1)


def per(size: int, count: int, index: str, *places: str) -> str:
    name = places[0].partition(":")[0]
    return f"{name}: {size} units, one permutation for each of {count} of {index} ({', '.join(places)})"


def shared(name: str, size: int, *places: str) -> str:
    return f"{name}: {size} units ({', '.join(places)})"


def carried(rows: jax.Array) -> jax.Array:
    return each(lax.scan(lambda carry, row: (carry * row + 1, carry), jnp.ones(4, jnp.int32), rows)[1])


def exchanged(p: jax.Array, q: jax.Array, r: jax.Array) -> jax.Array:
    """The units of q lie in p as 0 1 1 0, and p meets r in the order 0 2 1 3."""
    return (p * jnp.concatenate([q, q[::-1]])).sum() + (p[np.array([0, 2, 1, 3])] * r).sum()


def one_read_alone_in_gates(p: jax.Array, q: jax.Array) -> jax.Array:
    gates = jnp.split(p, 2)
    return total(gates[0] * q + gates[1]) + 3 * q[1]


MIXED = (per(3, 4, "p0 (2)", "p0:0"), shared("p0 (2)", 4, "p0:1"))
"""Along the first axis there is one for each place along the second, which itself is the same for all blocks."""

BLOCKS = {
    "every block has its own": Case(each, ((3, 4),), (per(4, 3, "p0:0", "p0:1"),)),
    "also where the blocks can be permuted": Case(
        total, ((3, 4),), (per(3, 4, "p0 (2)", "p0:0"), "p0 (2): 4 units, one permutation for each of 3 of p0 (p0:1)")
    ),
    "batches of a product": Case(
        lambda p, q: jnp.einsum("hde,he->hd", p, q), ((3, 2, 4), (3, 4)), (per(4, 3, "p0:0", "p0:2", "p1:1"),)
    ),
    "a flat axis": Case(lambda p: each(p.reshape(3, 4)), ((12,),), (per(4, 3, "p0:0", "p0:0"),)),
    "channels of a grouped convolution": Case(
        lambda p, q: lax.conv_general_dilated(p, q, (1,), "VALID", feature_group_count=2),
        ((1, 6, 5), (4, 3, 2)),
        (per(3, 2, "p0:1", "p0:1", "p1:1"),),
    ),
    "rows of a loop": Case(
        lambda p, q: lax.map(lambda row: (row[0] * row[1]).sum(), (p, q)),
        ((3, 4), (3, 4)),
        (per(4, 3, "p0:0", "p0:1", "p1:1"),),
    ),
    "one bias for all blocks": Case(lambda p, q: each(p + q), ((3, 4), (4,)), (shared("p1", 4, "p0:1", "p1:0"),)),
    "a sum over blocks": Case(lambda p: each(p.sum(0)), ((3, 4),), MIXED),
    "the largest of blocks": Case(lambda p: each(p.max(0)), ((3, 4),), MIXED),
    "products of blocks with each other": Case(lambda p: p @ p.T, ((3, 4),), (shared("p0", 4, "p0:1"),)),
    "a sum over blocks inside a product": Case(
        lambda p, q: jnp.einsum("he,hd->ed", p, q) @ jnp.array([1, 2, 3]) @ jnp.ones(4, jnp.int32),
        ((2, 4), (2, 3)),
        (shared("p0", 2, "p0:0", "p1:0"), shared("p0 (2)", 4, "p0:1")),
    ),
    "slices of one array, used each by itself": Case(
        lambda p: (p[0] * np.arange(4)).sum() + total(p[1]) + (p[2] * np.array([1, 2, 2, 1])).sum(),
        ((4, 4),),
        (shared("p0[1]", 4, "p0[1]:1"), shared("p0[2]", 2, "p0[2]:1"), shared("p0[2] (2)", 2, "p0[2]:1")),
    ),
    "what a loop carries": Case(carried, ((3, 4),), (shared("p0", 4, "p0:1"),)),
    "running sums over blocks": Case(lambda p: each(jnp.cumsum(p, 0)), ((3, 4),), (shared("p0", 4, "p0:1"),)),
    "running sums over blocks beside the blocks": Case(
        lambda p: each(p + jnp.cumsum(p, 0)), ((3, 4),), (shared("p0", 4, "p0:1"),)
    ),
    "sorted blocks beside the blocks": Case(lambda p: each(p + jnp.sort(p, 0)), ((3, 4),), (shared("p0", 4, "p0:1"),)),
    "blocks of one axis that is divided in two ways": Case(
        lambda p: total(p.at[:, np.array([0, 3])].add(-p[:, :2])), ((2, 6),), (shared("p0", 2, "p0:0"),)
    ),
    "sorted blocks": Case(lambda p: each(jnp.sort(p, 0)), ((3, 4),), MIXED),
    "neighbouring blocks": Case(lambda p: each(p[1:] * p[:-1]), ((3, 4),), (shared("p0", 4, "p0:1"),)),
    "blocks rolled": Case(lambda p: each(p * jnp.roll(p, 1, 0)), ((3, 4),), (shared("p0", 4, "p0:1"),)),
    "blocks in windows": Case(
        lambda p: each(lax.reduce_window(p, 0, lax.add, (2, 1), (1, 1), "VALID")), ((3, 4),), (shared("p0", 4, "p0:1"),)
    ),
    "an index beside the units and along their own axis": Case(
        lambda p: total(p + p[:5].sum(1)),
        ((8, 5),),
        (shared("p0", 5, "p0:0", "p0:1"), "p0 (2): 3 units, one permutation for each of 5 of p0 (p0:0)"),
    ),
    "an index that occurs twice": Case(
        lambda p: total(p + p.transpose(1, 0, 2)),
        ((3, 3, 4),),
        (per(3, 4, "p0 (2)", "p0:0", "p0:1"), shared("p0 (2)", 4, "p0:2")),
    ),
    "an index that occurs twice, once in a flat axis": Case(
        lambda p: total(p.reshape(3, 4, 3) + p.reshape(3, 4, 3).transpose(2, 1, 0)),
        ((12, 3),),
        (per(3, 4, "p0 (2)", "p0:0", "p0:1"), shared("p0 (2)", 4, "p0:0")),
    ),
    "blocks picked by what is computed": Case(lambda p, q: each(p[q % 3]), ((3, 4), (2,)), (shared("p0", 4, "p0:1"),)),
    "blocks written into others": Case(
        lambda p, q: each(p.at[1:3].set(q)), ((4, 3), (2, 3)), (shared("p0", 3, "p0:1", "p1:1"),)
    ),
}

TWINS = {
    "one unit is read alone": Case(lambda p: total(p) + p[3], ((5,),), (shared("p0", 4, "p0:0"),)),
    "two units are": Case(lambda p: total(p) + p[0] * 5 - p[4], ((5,),), (shared("p0", 3, "p0:0"),)),
    "one unit is taken": Case(lambda p: total(p) + jnp.take(p, 3), ((5,),), (shared("p0", 4, "p0:0"),)),
    "a list of one unit is taken": Case(lambda p: total(p) + p[LAST].sum(), ((5,),), (shared("p0", 4, "p0:0"),)),
    "a list of units is taken in its order": Case(
        lambda p: total(p) + p[ROW] @ jnp.array([3, 4]), ((5,),), (shared("p0", 3, "p0:0"),)
    ),
    "one unit is written": Case(lambda p: total(p.at[3].set(0)), ((5,),), (shared("p0", 4, "p0:0"),)),
    "a list of units is written": Case(lambda p: total(p.at[ROW].add(7)), ((5,),), (shared("p0", 3, "p0:0"),)),
    "a stretch is written": Case(
        lambda p: total(lax.dynamic_update_slice(p, jnp.zeros(2, jnp.int32), (2,))),
        ((5,),),
        (shared("p0", 3, "p0:0"), shared("p0 (2)", 2, "p0:0")),
    ),
    "a stretch is filled": Case(
        lambda p, q: total(lax.dynamic_update_slice(p, jnp.broadcast_to(q, (2,)), (2,))),
        ((5,), ()),
        (shared("p0", 3, "p0:0"), shared("p0 (2)", 2, "p0:0")),
    ),
    "entries of a constant are equal": Case(
        lambda p: (p * np.array([1, 1, 2, 2, 1])).sum(), ((5,),), (shared("p0", 3, "p0:0"), shared("p0 (2)", 2, "p0:0"))
    ),
    "entries of two constants are": Case(
        lambda p: (p * np.array([1, 1, 2, 2, 1]) + np.array([4, 4, 4, 4, 5])).sum(axis=0),
        ((5,),),
        (shared("p0", 2, "p0:0"), shared("p0 (2)", 2, "p0:0")),
    ),
    "a constant is 0 or minus 0": Case(
        lambda p: jnp.where(1 / ((p * 0 + 1) * jnp.array([0.0, -0.0, 0.0])) > 0, p, 0).sum(),
        ((3,),),
        (shared("p0", 2, "p0:0"),),
    ),
    "every second unit": Case(
        lambda p: total(p[::2]) - total(p[1::2]), ((6,),), (shared("p0", 3, "p0:0"), shared("p0 (2)", 3, "p0:0"))
    ),
    "every second unit, the last by itself": Case(
        lambda p: total(p[::2]) - total(p[1::2]), ((5,),), (shared("p0", 3, "p0:0"), shared("p0 (2)", 2, "p0:0"))
    ),
    "copies of an array of equal entries": Case(
        lambda p, q: total(p * jnp.tile(jnp.broadcast_to(q, (3,)), 2)),
        ((6,), ()),
        (per(2, 3, "p0 (2)", "p0:0"), "p0 (2): 3 units, one permutation for each of 2 of p0 (p0:0)"),
    ),
    "both ends are padding": Case(
        lambda p, q: (p * jnp.pad(q, (1, 2), constant_values=3)).sum(),
        ((5,), (2,)),
        (shared("p0", 3, "p0:0"), shared("p0 (2)", 2, "p0:0", "p1:0")),
    ),
    "one unit is read alone beside gates": Case(
        one_read_alone_in_gates, ((6,), (3,)), (shared("p0", 2, "p0:0", "p1:0"),)
    ),
    "an edge is read from both ends": Case(
        lambda p: total(p[:, None] * p[None, :] * (1 - np.eye(5, dtype=int))) + p[1],
        ((5,),),
        (shared("p0", 4, "p0:0"),),
    ),
    "copies of units change their order": Case(exchanged, ((4,), (2,), (4,)), ()),
}

CASES = {f"blocks: {name}": case for name, case in BLOCKS.items()}
CASES |= {f"twins: {name}": case for name, case in TWINS.items()}


def found(case: Case) -> tuple[UnitGroups, str]:
    """The groups of a case, and a permutation of one that changes the result, in words."""
    params = {f"p{at}": jax.ShapeDtypeStruct(shape, "int32") for at, shape in enumerate(case.shapes)}

    def apply(params):
        return case.function(*params.values())

    groups = discover(apply, params)
    return groups, "".join(fault_of(apply, params, (), groups, seed) for seed in range(TRIES))


@pytest.mark.quick
@pytest.mark.parametrize("name", CASES)
def test_the_groups_are_those_expected_and_each_is_a_symmetry(name):
    groups, fault = found(CASES[name])
    assert (tuple(map(str, groups)), fault) == (CASES[name].groups, "")
