"""Cases of the rules of what picks, or writes, at places that are given by numbers."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from discovery_cases.case import of_integers

LIST, TWICE = np.array([2, 0]), np.array([1, 1, 3])
TABLE = np.array([[0, 1], [3, 2]])


def place(numbers):
    """A place from 0 to 2 that is computed."""
    return numbers.sum() % 3


INDEXING = {
    "one unit": of_integers(lambda x: x[2], "(a+1+1)b->b", (4, 3)),
    "the last unit": of_integers(lambda x: x[:, -1], "a(b+1)->a", (2, 3)),
    "one unit of a list": of_integers(lambda x: jnp.take(x, np.array([2]), 0), "(a+1+1)b->1b", (4, 3)),
    "a list": of_integers(lambda x: x[:, LIST], "a(1+1+1+1)->a(1+1)", (2, 4)),
    "a list with repetitions": of_integers(lambda x: x[TWICE], "(1+1+1+1)a->(1+1+1)a", (4, 2)),
    "a list that is a stretch": of_integers(lambda x: x[np.arange(1, 4)], "(1+a+1)b->ab", (5, 2)),
    "a list that is every second": of_integers(lambda x: x[np.arange(0, 6, 2)], "[ab]c->ac", (6, 2)),
    "a list of stretches": of_integers(lambda x: x[np.array([3, 4, 0, 1, 2])], "(a+b+1)->(b+a)", (6,)),
    "a table": of_integers(lambda x: x[TABLE], "(((1+1))+1+1)a->(1+1)(1+1)a", (4, 2)),
    "lists along two axes": of_integers(lambda x: x[LIST, LIST], "..->.", (4, 3)),
    "a list along one of two axes that swap": of_integers(lambda x: x[LIST, :, 1], ".a.->.a", (4, 2, 3)),
    "a list of small numbers without sign": of_integers(
        lambda x: x[np.array([1, 0], np.uint8)], "(1+1+a)b->(1+1)b", (4, 2)
    ),
    "beyond the end, filled": of_integers(lambda x: jnp.take(x, np.array([1, 9]), 0, mode="fill"), ".a->.a", (4, 2)),
    "beyond the end, clipped": of_integers(lambda x: jnp.take(x, np.array([1, 9]), 0, mode="clip"), ".a->.a", (4, 2)),
    "rows of a table": of_integers(lambda x, y: x[y % 4], ".a,bc->bca", (4, 3), (2, 5)),
    "columns of a table": of_integers(lambda x, y: jnp.take(x, y % 3, 1), "a.,b->ab", (4, 3), (5,)),
    "entries at computed places of two axes": of_integers(lambda x, y: x[y % 4, y % 3], "..,a->a", (4, 3), (5,)),
    "take_along_axis": of_integers(lambda x, y: jnp.take_along_axis(x, y % 4, 1), "a.,ab->ab", (2, 4), (2, 3)),
    "take_along_axis along the first": of_integers(
        lambda x, y: jnp.take_along_axis(x, y % 4, 0), ".a,ba->ba", (4, 2), (3, 2)
    ),
    "a slice in each row": of_integers(
        lambda x, y: jax.vmap(lambda row, at: lax.dynamic_slice(row, (at % 3,), (2,)))(x, y), "a.,a->a.", (2, 4), (2,)
    ),
    "slice at a literal place": of_integers(lambda x: lax.dynamic_slice(x, (1, 0), (2, 3)), "(1+a+1)b->ab", (4, 3)),
    "slice at a place beyond the end": of_integers(lambda x: lax.dynamic_slice(x, (9,), (2,)), "(a+b)->b", (5,)),
    "slice at a computed place": of_integers(
        lambda x, y: lax.dynamic_slice(x, (place(y), 0), (2, 3)), ".a,b->.a", (4, 3), (2,)
    ),
    "slice of everything at a computed place": of_integers(
        lambda x, y: lax.dynamic_slice(x, (place(y), place(y)), (4, 1)), "a.,b->a1", (4, 3), (2,)
    ),
    "write at a literal place": of_integers(
        lambda x, y: lax.dynamic_update_slice(x, y, (1, 0)), "(1+a+b)c,ac->(1+a+b)c", (5, 3), (2, 3)
    ),
    "write at a computed place": of_integers(
        lambda x, y, z: lax.dynamic_update_slice(x, y, (place(z), 0)), ".a,.a,b->.a", (5, 3), (2, 3), (2,)
    ),
    "write a constant": of_integers(
        lambda x: lax.dynamic_update_slice(x, np.zeros((2, 3), np.int32), (1, 0)), "(1+a+b)c->(1+a+b)c", (5, 3)
    ),
    "set one": of_integers(lambda x: x.at[2].set(7), "(a+1+1)b->(a+1+1)b", (4, 3)),
    "set a list": of_integers(lambda x, y: x.at[LIST].set(y), "(1+1+1+1)a,(1+1)a->(1+1+1+1)a", (4, 3), (2, 3)),
    "set a list with repetitions": of_integers(lambda x, y: x.at[TWICE].set(y), ".a,(.+1)a->.a", (4, 2), (3, 2)),
    "add to a list": of_integers(lambda x, y: x.at[LIST].add(y), "(1+1+1+1)a,(1+1)a->(1+1+1+1)a", (4, 3), (2, 3)),
    "add to a list with repetitions": of_integers(lambda x, y: x.at[TWICE].add(y), ".a,(b+1)a->.a", (4, 2), (3, 2)),
    "largest at a list": of_integers(
        lambda x, y: x.at[:, LIST].max(y), "a(1+1+1+1),a(1+1)->a(1+1+1+1)", (2, 4), (2, 2)
    ),
    "add at computed places": of_integers(lambda x, y, z: x.at[z % 4].add(y), ".a,ba,b->.a", (4, 3), (5, 3), (5,)),
    "multiply at computed places": of_integers(lambda x, y, z: x.at[z % 4].mul(y), ".a,ba,b->.a", (4, 3), (5, 3), (5,)),
    "set at computed places": of_integers(lambda x, y, z: x.at[z % 4].set(y), ".a,.a,.->.a", (4, 3), (5, 3), (5,)),
    "set at computed places that are unique": of_integers(
        lambda x, y, z: x.at[jnp.argsort(z)].set(y, unique_indices=True), ".a,.a,.->.a", (4, 3), (4, 3), (4,)
    ),
    "smallest at a list, and less at another": of_integers(
        lambda x, y: x.at[LIST].min(y).at[np.array([1, 0])].subtract(y), "(1+1+1+1)a,(1+1)a->(1+1+1+1)a", (4, 3), (2, 3)
    ),
    "add in each row": of_integers(
        lambda x, y, z: jax.vmap(lambda row, new, at: row.at[at % 4].add(new))(x, y, z),
        "a.,ab,ab->a.",
        (2, 4),
        (2, 3),
        (2, 3),
    ),
    "set in each row": of_integers(
        lambda x, y, z: jax.vmap(lambda row, new, at: row.at[at % 4].set(new))(x, y, z),
        "..,..,..->..",
        (2, 4),
        (2, 3),
        (2, 3),
    ),
    "segment sums": of_integers(lambda x, y: jax.ops.segment_sum(x, y % 3, 3), "ab,a->.b", (5, 2), (5,)),
    "one of each": of_integers(lambda x: (x[:, None] % 4 == jnp.arange(4)).astype(jnp.int32), "a->a.", (3,)),
}
