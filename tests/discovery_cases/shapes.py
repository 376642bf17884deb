"""Cases of the rules of what moves entries to other places, whatever these hold."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from discovery_cases.case import of_integers, of_types


def padded(*config):
    return lambda x: lax.pad(x, np.int32(3), config)


SHAPES = {
    "transpose": of_integers(lambda x: x.transpose(2, 0, 1), "abc->cab", (2, 3, 4)),
    "broadcast along a new axis": of_integers(lambda x: jnp.broadcast_to(x, (2, 3)), "a->ba", (3,)),
    "broadcast of length 1": of_integers(lambda x: jnp.broadcast_to(x, (4, 3)), "1a->ba", (1, 3)),
    "broadcast of a scalar": of_integers(lambda x: jnp.broadcast_to(x, (4, 3)), "->ab", ()),
    "expand_dims": of_integers(lambda x: x[:, None, :], "ab->a1b", (2, 3)),
    "squeeze": of_integers(lambda x: x.squeeze(1), "a1b->ab", (2, 1, 3)),
    "reshape that flattens": of_integers(lambda x: x.reshape(-1), "ab->(ab)", (2, 3)),
    "reshape that flattens three axes": of_integers(lambda x: x.reshape(-1), "abc->(abc)", (2, 3, 4)),
    "reshape into heads": of_integers(lambda x: x.reshape(5, 2, 3), "a(bc)->abc", (5, 6)),
    "reshape into heads and back": of_integers(
        lambda x: (x.reshape(5, 2, 3) * 2).reshape(5, 6), "a(bc)->a(bc)", (5, 6)
    ),
    "reshape of two axes into two with a common factor": of_integers(
        lambda x: x.reshape(4, 6), "(a.)(.b)->(a.)(.b)", (6, 4)
    ),
    "reshape of two axes into two without one": of_integers(lambda x: x.reshape(3, 2), "..->..", (2, 3)),
    "reshape that leaves the first axis": of_integers(lambda x: x.reshape(5, 3, 2), "a..->a..", (5, 2, 3)),
    "reshape that leaves the last axis": of_integers(lambda x: x.reshape(3, 2, 5), "..a->..a", (2, 3, 5)),
    "reshape of axes of length 1": of_integers(lambda x: x.reshape(1, 2, 3, 1), "a1b->1ab1", (2, 1, 3)),
    "reshape to one entry": of_integers(lambda x: x.reshape(1, 1), "1->11", (1,)),
    "reshape of nothing": of_integers(lambda x: x.reshape(3, 0, 2), "0.->.0.", (0, 6)),
    "reshape of a concatenation": of_integers(
        lambda x, y: jnp.concatenate([x, y]).reshape(2, 3), "(a),(a)->(1+1)a", (3,), (3,)
    ),
    "reshape of unequal parts": of_integers(lambda x, y: jnp.concatenate([x, y]).reshape(2, 3), ".,.->..", (2,), (4,)),
    "reshape of parts of whole blocks": of_integers(
        lambda x, y: jnp.concatenate([x, y]).reshape(3, 4), "(a),(ba)->(1+b)a", (4,), (8,)
    ),
    "flattened and divided otherwise": of_integers(lambda x: x.reshape(-1).reshape(3, 4), ".(.a)->.(.a)", (2, 6)),
    "outer product flattened": of_integers(lambda x, y: (x[:, None] * y).reshape(-1), "a,b->(ab)", (3,), (4,)),
    "concatenate": of_integers(lambda x, y: jnp.concatenate([x, y], 1), "ab,ac->a(b+c)", (2, 3), (2, 4)),
    "concatenate with itself": of_integers(lambda x: jnp.concatenate([x, x, x]), "a->(a+a+a)", (3,)),
    "concatenate with nothing": of_integers(lambda x, y: jnp.concatenate([x, y]), "a,0->a", (3,), (0,)),
    "sum of two concatenations": of_integers(
        lambda x, y, z, w: jnp.concatenate([x, y]) + jnp.concatenate([z, w]),
        "a,(1+b),(a+1),b->(a+1+b)",
        (2,),
        (4,),
        (3,),
        (3,),
    ),
    "sum of a concatenation and its contrary": of_integers(
        lambda x, y: jnp.concatenate([x, y]) + jnp.concatenate([y, x]), "1,(1+1+1)->(1+1+1+1)", (1,), (3,)
    ),
    "stack": of_integers(lambda x, y: jnp.stack([x, y], 1), "ab,ab->a.b", (2, 3), (2, 3)),
    "stack and flatten in turn": of_integers(lambda x, y: jnp.stack([x, y], -1).reshape(-1), "a,b->[ab]", (3,), (3,)),
    "stack and flatten in turn, added to an array": of_integers(
        lambda x, y, z: jnp.stack([x, y], -1).reshape(-1) + z, "a,b,[ab]->[ab]", (3,), (3,), (6,)
    ),
    "stack and flatten one after another": of_integers(
        lambda x, y: jnp.stack([x, y]).reshape(-1), "a,b->(a+b)", (3,), (3,)
    ),
    "unstack": of_integers(lambda x: jnp.unstack(x, axis=1), "a.->a,a,a,a", (3, 4)),
    "split": of_integers(lambda x: jnp.split(x, [2, 3], 1), "a(b+1+c)->ab,a1,ac", (2, 6)),
    "split into gates": of_integers(lambda x: sum(jnp.split(x, 3)), "(a+a+a)->a", (6,)),
    "repeat": of_integers(lambda x: jnp.repeat(x, 2, 0), "ab->(ac)b", (3, 4)),
    "tile": of_integers(lambda x: jnp.tile(x, (2, 3)), "ab->(ca)(db)", (3, 4)),
    "tile of a single entry": of_integers(lambda x: jnp.tile(x, 3), "1->a", (1,)),
    "roll": of_integers(lambda x: jnp.roll(x, 1, 0), "(a+1)b->(1+a)b", (4, 3)),
    "sum of an array and itself rolled by 1": of_integers(
        lambda x: x + jnp.roll(x, 1, 0), "(1+1+1+1)a->(1+1+1+1)a", (4, 3)
    ),
    "sum of an array and itself rolled by half": of_integers(lambda x: x + jnp.roll(x, 2), "(a+a)->(a+a)", (4,)),
    "reverse": of_integers(lambda x: x[:, ::-1], "a(1+1+1)->a(1+1+1)", (4, 3)),
    "sum of an array and its reverse": of_integers(lambda x: x + x[::-1], "(1+1+1+1+1)->(1+1+1+1+1)", (5,)),
    "pad": of_integers(padded((1, 2, 0), (0, 0, 0)), "ab->(1+a+c)b", (3, 4)),
    "pad that takes away": of_integers(padded((-1, -2, 0), (1, -1, 0)), "(1+a+b)(c+1)->a(1+c)", (5, 4)),
    "pad that takes away more than there is": of_integers(padded((-3, 4, 0)), ".->.", (2,)),
    "pad between": of_integers(padded((1, 0, 2), (0, 0, 0)), ".a->.a", (3, 4)),
    "pad between that takes away": of_integers(padded((-1, -1, 1), (0, 0, 0)), ".a->.a", (3, 4)),
    "pad of nothing": of_integers(padded((2, 0, 0), (0, 0, 0)), "0a->ba", (0, 3)),
    "pad between a single entry": of_integers(padded((1, 1, 3)), "1->(1+1+1)", (1,)),
    "slice": of_integers(lambda x: x[1:3], "(1+a+b)c->ac", (5, 4)),
    "slice of everything": of_integers(lambda x: x[0:5], "a->a", (5,)),
    "slice of nothing": of_integers(lambda x: x[2:2], "ab->0b", (5, 3)),
    "slice of whole blocks": of_integers(lambda x: x.reshape(-1)[3:9], "(1+a+1)b->(ab)", (4, 3)),
    "slice of a part of a block": of_integers(lambda x: x.reshape(-1)[2:9], "..->.", (4, 3)),
    "every second": of_integers(lambda x: x[::2], "[ab]c->ac", (6, 2)),
    "every second of an odd number": of_integers(lambda x: x[::2], "([ab]+1)->(a+1)", (5,)),
    "every third from the second on": of_integers(lambda x: x[1::3], "([abc]+1+1)->(b+1)", (8,)),
    "every second, and the others": of_integers(lambda x: x[::2] * x[1::2], "[aa]->a", (6,)),
    "every second, and pairs": of_integers(lambda x: (x[::2], x.reshape(3, 2)), "(a.)->a,a.", (6,)),
    "pairs, and every second": of_integers(lambda x, y: x.reshape(-1)[::2] * y, "a.,a->a", (3, 2), (3,)),
    "in turn, and pairs": of_integers(
        lambda x, y: jnp.stack([x, y], -1).reshape(-1).reshape(3, 2), "a,a->a.", (3,), (3,)
    ),
    "in turn, and thirds": of_integers(
        lambda x, y, z: (jnp.stack([x, y], -1).reshape(-1) + z).reshape(2, 3), ".,.,(..)->..", (3,), (3,), (6,)
    ),
    "every second, and every third": of_integers(lambda x: (x[::2], x[::3]), "(a..)->(a.),(a.)", (12,)),
    "every second, and the first half": of_integers(lambda x: (x[::2], x[:6]), "((a.)+(b.))->(a+b),(a.)", (12,)),
    "every second within bounds": of_integers(lambda x: x[2:7:2], "(a+[bc]+1)->b", (9,)),
    "one of many": of_integers(lambda x: x[::7], "(1+a)->1", (5,)),
    "iota": of_integers(lambda x: x * lax.broadcasted_iota("int32", (2, 3), 1), "a.->a.", (2, 3)),
    "bits of floats": of_types(("float32",), lambda x: lax.bitcast_convert_type(x, jnp.int32), "ab->ab", (2, 3)),
    "bytes of integers": of_integers(lambda x: lax.bitcast_convert_type(x, jnp.int8), "ab->ab.", (2, 3)),
    "integers of bytes": of_types(("int8",), lambda x: lax.bitcast_convert_type(x, jnp.int32), "ab.->ab", (2, 3, 4)),
    "in vmap": of_integers(
        jax.vmap(lambda x, y: x[::-1].reshape(2, 2) * y, (1, None)), "(1+1+1+1)a,.->a..", (4, 3), (2,)
    ),
}
