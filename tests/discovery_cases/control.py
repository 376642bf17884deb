"""Cases of the rules of calls, branches and loops, and of constants."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.custom_batching import custom_vmap

from discovery_cases.case import of_floats, of_integers


@jax.custom_jvp
def doubled(x):
    return 2 * x


doubled.defjvp(lambda primals, tangents: (doubled(primals[0]), 2 * tangents[0]))


@jax.custom_vjp
def tripled(x):
    return 3 * x


tripled.defvjp(lambda x: (3 * x, None), lambda _, error: (3 * error,))


@custom_vmap
def quadrupled(x):
    return 4 * x


quadrupled.def_vmap(lambda size, in_batched, x: (4 * x, True))


def scanned(x, y, reverse=False):
    return lax.scan(lambda carry, row: (carry * row + 1, carry + row), x, y, reverse=reverse)


CONTROL = {
    "jit": of_integers(jax.jit(lambda x, y: x @ y), "ab,bc->ac", (2, 3), (3, 4)),
    "jit in jit": of_integers(jax.jit(lambda x: jax.jit(lambda y: y.sum(0))(x) * x), "ab->ab", (2, 3)),
    "remat": of_integers(jax.checkpoint(lambda x, y: (x @ y) * 2), "ab,bc->ac", (2, 3), (3, 4)),
    "derivative of one's own forwards": of_integers(doubled, "ab->ab", (2, 3)),
    "derivative of one's own backwards": of_integers(tripled, "ab->ab", (2, 3)),
    "vmap of one's own": of_integers(quadrupled, "ab->ab", (2, 3)),
    "composite": of_integers(lax.composite(lambda x: x.sum(0) * x, "test.scaled"), "ab->ab", (2, 3)),
    "gradient": of_floats(jax.grad(lambda x, y: ((x @ y) ** 2).sum()), "ab,bc->ab", (2, 3), (3, 4)),
    "cond": of_integers(lambda x, y, z: lax.cond(x > 0, jnp.add, jnp.multiply, y, z), ",ab,b->ab", (), (3, 4), (4,)),
    "cond whose branches move alike in one axis": of_integers(
        lambda x, y, z: lax.cond(x > 0, lambda: y.T, lambda: z), ",ab,ba->ba", (), (3, 3), (3, 3)
    ),
    "cond with a constant branch": of_integers(
        lambda x, y: lax.cond(x > 0, lambda: y, lambda: jnp.array([1, 1, 2])), ",(a+1)->(a+1)", (), (3,)
    ),
    "cond with one slice": of_integers(
        lambda x, y: lax.cond(x > 0, lambda: y[:2], lambda: y[1:3]), ",(1+1+1+1)->(1+1)", (), (4,)
    ),
    "switch of a known number": of_integers(
        lambda x: lax.switch(1, [lambda: x, lambda: x[::-1] * 0 + 2, lambda: -x]), "(1+1+1+1)->(1+1+1+1)", (4,)
    ),
    "switch": of_integers(lambda i, x: lax.switch(i % 3, [jnp.sort, lambda y: y * 2, jnp.abs], x), ",.->.", (), (4,)),
    "while": of_integers(
        lambda x, y: lax.while_loop(lambda state: state[1] < 3, lambda state: (state[0] * y, state[1] + 1), (x, 0))[0],
        "ab,b->ab",
        (2, 3),
        (3,),
    ),
    "while that swaps": of_integers(
        lambda x, y: lax.fori_loop(0, 3, lambda _, two: (two[1], two[0] * 2), (x, y)), "a,a->a,a", (3,), (3,)
    ),
    "while that swaps until enough": of_integers(
        lambda x, y: lax.while_loop(
            lambda state: state[2] < 3, lambda state: (state[1], state[0] * 2, state[2] + 1), (x, y, 0)
        )[:2],
        "a,a->a,a",
        (3,),
        (3,),
    ),
    "while with a condition on one unit": of_integers(
        lambda x: lax.while_loop(
            lambda state: state[0][1] + state[1] < 3, lambda state: (state[0] * 2, state[1] + 9), (x, 0)
        )[0],
        "(1+1+a)->(1+1+a)",
        (4,),
    ),
    "while that mixes": of_integers(
        lambda x, y: lax.fori_loop(0, 3, lambda _, state: state @ y, x), "ab,bb->ab", (2, 3), (3, 3)
    ),
    "fori_loop over rows": of_integers(
        lambda x, y: lax.fori_loop(0, 3, lambda i, state: state + y[i], x), "a,.a->a", (4,), (3, 4)
    ),
    "scan": of_integers(scanned, "a,.a->a,.a", (3,), (4, 3)),
    "scan backwards": of_integers(lambda x, y: scanned(x, y, reverse=True), "a,.a->a,.a", (3,), (4, 3)),
    "scan that carries nothing": of_integers(lambda x, y: lax.map(lambda row: row @ y, x), "ab,bc->ac", (4, 3), (3, 2)),
    "scan that carries a counter": of_integers(
        lambda x: lax.scan(lambda i, row: (i + 1, row * i), 0, x)[1], ".a->.a", (4, 3)
    ),
    "recurrent network": of_floats(
        lambda x, h, w, u: lax.scan(lambda h, row: (jnp.tanh(row @ w + h @ u), h), h, x),
        ".a,b,ab,bb->b,.b",
        (5, 2),
        (3,),
        (2, 3),
        (3, 3),
    ),
    "scan over layers": of_integers(
        lambda x, w: lax.scan(lambda h, layer: (h @ layer, None), x, w)[0], "ab,.bb->ab", (2, 3), (4, 3, 3)
    ),
    "scan in scan": of_integers(
        lambda x: lax.scan(
            lambda c, row: lax.scan(lambda d, one: (d + one, d * one), c, row), jnp.zeros(2, jnp.int32), x
        ),
        "..a->a,..a",
        (3, 4, 2),
    ),
    "scan of no steps": of_integers(
        lambda x, y: lax.scan(lambda c, row: (c + row, row), x, y), "a,0a->a,0a", (3,), (0, 3)
    ),
    "vmap of scan": of_integers(jax.vmap(scanned, (0, None)), "ab,.b->ab,a.b", (2, 3), (4, 3)),
    "unknown": of_floats(
        lambda x, y: y * jax.pure_callback(lambda a: np.sort(a), jax.ShapeDtypeStruct((2, 3), jnp.float32), x),
        "..,.->..",
        (2, 3),
        (3,),
    ),
}

CONSTANTS = {
    "uniform": of_integers(lambda x: x * np.full((2, 3), 7), "ab->ab", (2, 3)),
    "uniform along one axis": of_integers(lambda x: x * np.array([[5], [6]]) * np.ones((2, 3), int), ".a->.a", (2, 3)),
    "in pieces": of_integers(lambda x: x * np.array([1, 1, 2, 2, 2, 1]), "(a+b+1)->(a+b+1)", (6,)),
    "in pieces along both axes": of_integers(
        lambda x: x * np.array([[1, 1, 2], [1, 1, 2], [3, 3, 4], [3, 3, 4]]), "(a+b)(c+1)->(a+b)(c+1)", (4, 3)
    ),
    "all different": of_integers(lambda x: x * np.arange(4), ".->.", (4,)),
    "identity": of_integers(lambda x: x * np.eye(4, dtype=int), "aa->aa", (4, 4)),
    "all but the diagonal": of_integers(lambda x: x * (1 - jnp.eye(4, dtype=int)), "aa->aa", (4, 4)),
    "another diagonal": of_integers(lambda x: x * np.eye(4, k=1, dtype=int), "..->..", (4, 4)),
    "identity beside a uniform axis": of_integers(
        lambda x: x * np.eye(3, dtype=int)[:, None, :], "aba->aba", (3, 2, 3)
    ),
    "triangle": of_integers(lambda x: x * np.tri(3, dtype=int), "..->..", (3, 3)),
    "not a number": of_floats(lambda x: x * np.full(3, np.nan, np.float32), ".->.", (3,)),
    "not a number in a piece": of_floats(lambda x: x * np.array([1, 1, np.nan], np.float32), ".->.", (3,)),
    "0 and minus 0": of_floats(lambda x: x / jnp.array([0.0, 0.0, -0.0, -0.0], jnp.float32), "(a+b)->(a+b)", (4,)),
    "of few bits": of_floats(lambda x: x * jnp.array([1, 1, 2], jnp.bfloat16), "(a+1)->(a+1)", (3,)),
    "complex": of_floats(lambda x: jnp.imag(x * np.array([1j, 1j, 2], np.complex64)), "(a+1)->(a+1)", (3,)),
    "truth values": of_integers(lambda x: jnp.where(np.array([True, False, True]), x, 0), "(1+1+1)->(1+1+1)", (3,)),
    "zeros that are used twice": of_integers(
        lambda x, y: (x + jnp.zeros(3, jnp.int32), y + jnp.zeros(3, jnp.int32)), "a,b->a,b", (3,), (3,)
    ),
    "one array of zeros used twice": of_integers(
        lambda x, y, z: (x + (s := jnp.broadcast_to(z, (3,))), y + s), "a,b,->a,b", (3,), (3,), ()
    ),
    "one array used twice": of_integers(lambda x, y, z: (x + z, y + z), "a,a,a->a,a", (3,), (3,), (3,)),
    "a result": of_integers(lambda x: (x, np.array([1, 1, 2])), "a->a,(b+1)", (3,)),
}
