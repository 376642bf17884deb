"""Cases of the rules of what works entry by entry, of reductions, and of what depends on the order of entries."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name
from jax.extend.random import threefry2x32_p
from jax.interpreters import ad
from jax.sharding import SingleDeviceSharding

from discovery_cases.case import of_floats, of_integers, of_types

ELEMENTWISE = {
    "sum": of_integers(lambda x, y: x + y, "ab,ab->ab", (2, 3), (2, 3)),
    "sum of a row and all": of_integers(lambda x, y: x + y, "ab,b->ab", (2, 3), (3,)),
    "sum of a column and all": of_integers(lambda x, y: x + y, "ab,a1->ab", (2, 3), (2, 1)),
    "sum of a column and a row": of_integers(lambda x, y: x + y, "a1,b->ab", (2, 1), (3,)),
    "product with a scalar": of_integers(lambda x, y: x * y, "ab,->ab", (2, 3), ()),
    "sum of an array and its transpose": of_integers(lambda x: x + x.T, "aa->aa", (3, 3)),
    "sum of an array and itself": of_integers(lambda x: x + x, "a->a", (3,)),
    "activations": of_floats(
        lambda x: jnp.tanh(x) * jax.nn.sigmoid(x) + jax.nn.gelu(x) * jnp.exp(-x), "ab->ab", (2, 3)
    ),
    "one for all along an axis of length 1": of_integers(lambda x, y: lax.add(x, y), "1a,1a->1a", (1, 3), (1, 3)),
    "where": of_integers(lambda x, y, z: jnp.where(x > y, y, z), "ab,ab,b->ab", (2, 3), (2, 3), (3,)),
    "select by a scalar": of_integers(lambda x, y, z: lax.select_n(x > 0, y, z), ",ab,ab->ab", (), (2, 3), (2, 3)),
    "clamp between scalars": of_integers(lambda x: lax.clamp(-2, x, 3), "ab->ab", (2, 3)),
    "clamp between arrays": of_integers(lambda x, y, z: lax.clamp(x, y, z), "a,a,a->a", (4,), (4,), (4,)),
    "complex numbers": of_floats(
        lambda x, y: jnp.real(lax.complex(x, y) ** 2 * jnp.conj(y)), "ab,ab->ab", (2, 3), (2, 3)
    ),
    "powers and types": of_integers(lambda x: (x.astype(jnp.float32) ** 3).astype(jnp.int8), "ab->ab", (2, 3)),
    "bits": of_integers(lambda x, y: lax.population_count(x ^ (y & 3)) << 1, "ab,ab->ab", (2, 3), (2, 3)),
    "no gradient": of_integers(lambda x: lax.stop_gradient(x), "ab->ab", (2, 3)),
    "barrier": of_integers(lambda x, y: lax.optimization_barrier((x, y)), "ab,c->ab,c", (2, 3), (4,)),
    "softmax": of_floats(lambda x: jax.nn.softmax(x, -1), "ab->ab", (2, 3)),
    "layer norm": of_floats(
        lambda x: (x - x.mean(-1, keepdims=True)) / jnp.sqrt(1 + x.var(-1, keepdims=True)), "ab->ab", (2, 3)
    ),
    "nothing": of_integers(lambda x, y: x * y, "a0,a0->a0", (2, 0), (2, 0)),
}

SPECIAL = {
    "Bessel functions": of_floats(lambda x: jax.scipy.special.i0e(x) + jax.scipy.special.i1e(x), "a->a", (4,)),
    "leading zeros": of_integers(lambda x: lax.clz(x) + x, "a->a", (4,)),
    "high halves of products": of_integers(lambda x, y: lax.mulhi(x << 25, y << 9), "a,a->a", (4,), (4,)),
    "copy": of_integers(lambda x: lax.copy_p.bind(x), "a->a", (4,)),
    "incomplete gamma functions": of_floats(
        lambda x, y: lax.igamma(abs(x), abs(y)) + lax.igammac(abs(x), abs(y)) + lax.igamma_grad_a(abs(x), abs(y)),
        "a,a->a",
        (4,),
        (4,),
    ),
    "incomplete beta function": of_floats(lambda x: lax.betainc(abs(x), abs(x) + 1, jax.nn.sigmoid(x)), "a->a", (4,)),
    "polygamma and zeta": of_floats(
        lambda x: lax.polygamma(1.0 + 0 * x, abs(x)) + lax.zeta(abs(x) + 2, abs(x)), "a->a", (4,)
    ),
    "next after": of_floats(lambda x, y: lax.nextafter(x, y), "a,a->a", (4,), (4,)),
    "fewer bits": of_floats(lambda x: lax.reduce_precision(x, 5, 3), "a->a", (4,)),
    "shifts": of_integers(lambda x: lax.shift_right_arithmetic(x, 1) + lax.shift_right_logical(x, 2), "a->a", (4,)),
    "conjugates in a derivative": of_floats(
        lambda x, y: jnp.imag(jax.vjp(lambda z: z**2, lax.complex(x, y))[1](lax.complex(y, x))[0].conj()),
        "a,a->a",
        (4,),
        (4,),
    ),
    "sum of cotangents": of_integers(lambda x: ad.add_jaxvals_p.bind(x, x), "a->a", (4,)),
    "name": of_integers(lambda x: checkpoint_name(x * x, "square"), "a->a", (4,)),
    "place on a device": of_integers(lambda x: jax.device_put(x * x), "a->a", (4,)),
    "sharding": of_integers(
        lambda x: lax.with_sharding_constraint(x * x, SingleDeviceSharding(jax.devices()[0])), "a->a", (4,)
    ),
    "rounds of a generator": of_types(
        ("uint32",), lambda k, l, x, y: threefry2x32_p.bind(k, l, x, y), "a,a,a,a->a,a", (3,), (3,), (3,), (3,)
    ),
    "copied key": of_types(
        ("uint32",), lambda x: jax.random.key_data(jax.random.clone(jax.random.wrap_key_data(x))), "a.->a.", (3, 2)
    ),
    "gamma variates, each by a key of its place": of_floats(
        lambda x: jax.random.gamma(jax.random.key(0), abs(x)), ".->.", (4,)
    ),
}

REDUCTIONS = {
    "sum over an axis": of_integers(lambda x: x.sum(1), "abc->ac", (2, 3, 4)),
    "sum over everything": of_integers(lambda x: x.sum(), "ab->", (2, 3)),
    "sum that keeps the axis": of_integers(lambda x: x.sum(1, keepdims=True), "ab->a1", (2, 3)),
    "largest": of_integers(lambda x: x.max(0), "ab->b", (2, 3)),
    "product and smallest": of_integers(lambda x: x.prod(0) + x.min(0), "ab->b", (2, 3)),
    "all and any": of_integers(lambda x: (x > 0).all(0) | (x < 0).any(0), "ab->b", (2, 3)),
    "xor": of_integers(lambda x: lax.reduce_xor(x, (0,)), "ab->b", (2, 3)),
    "sums over a named axis": of_integers(
        jax.vmap(lambda x: lax.psum(x, "rows") + lax.pmax(x, "rows") * lax.pmin(x, "rows"), axis_name="rows"),
        "ab->cb",
        (2, 3),
    ),
    "log of a sum of exponentials": of_floats(lambda x: jax.nn.logsumexp(x, 1), "ab->a", (2, 3)),
    "over a named axis": of_integers(
        jax.vmap(lambda x: lax.psum(x, "i") + lax.pmax(x, "i") * lax.pmin(x, "i"), axis_name="i"), "ab->cb", (2, 3)
    ),
    "an operation of one's own": of_integers(
        lambda x: lax.reduce(x, np.int32(0), lambda a, b: 3 * a + b, (1,)), "a.->a", (2, 3)
    ),
    "two arrays by an operation of one's own": of_integers(
        lambda x, y: lax.reduce((x, y), (np.int32(1), np.int32(2)), lambda a, b: (a[0] * b[1], a[1] + b[0] * 2), (1,)),
        "a.,a.->a,a",
        (2, 3),
        (2, 3),
    ),
    "sums of windows": of_integers(
        lambda x: lax.reduce_window(x, 0, lax.add, (1, 2, 1), (1, 2, 1), "VALID"), "a.b->a.b", (2, 4, 3)
    ),
    "largest of windows": of_floats(
        lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2, 1), (1, 1), "SAME"), ".a->.a", (4, 3)
    ),
    "windows of one entry": of_floats(
        lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 1), (1, 1), "SAME"), "ab->ab", (4, 3)
    ),
    "windows of one entry that are padded": of_integers(
        lambda x: lax.reduce_window(x, 0, lax.add, (1,), (1,), ((1, 1),)), ".->.", (4,)
    ),
    "windows of one entry that leave some out": of_integers(
        lambda x: lax.reduce_window(x, 0, lax.add, (1,), (2,), "VALID"), ".->.", (4,)
    ),
    "windows with an operation of one's own": of_integers(
        lambda x: lax.reduce_window(x, np.int32(0), lambda a, b: 3 * a + b, (1, 2), (1, 1), "VALID"), "a.->a.", (2, 4)
    ),
    "smallest of windows": of_floats(
        lambda x: lax.reduce_window(x, jnp.inf, lax.min, (2, 1), (1, 1), "SAME"), ".a->.a", (4, 3)
    ),
    "change of the largest of windows": of_floats(
        lambda x, y: jax.jvp(lambda z: lax.reduce_window(z, -jnp.inf, lax.max, (2, 1), (1, 1), "SAME"), (x,), (y,))[1],
        ".a,.a->.a",
        (4, 3),
        (4, 3),
    ),
    "gradient of the largest of windows": of_floats(
        jax.grad(lambda x: (lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 1), (1, 2, 1), "VALID") ** 2).sum()),
        "a.b->a.b",
        (2, 4, 3),
    ),
}

ORDER = {
    "running sum": of_integers(lambda x: lax.cumsum(x, 1), "a.->a.", (2, 3)),
    "running sum from the end": of_integers(lambda x: lax.cumsum(x, 0, reverse=True), ".a->.a", (2, 3)),
    "running product": of_integers(lambda x: lax.cumprod(x, 0), ".a->.a", (3, 2)),
    "running largest and smallest": of_integers(lambda x: lax.cummax(x, 0) + lax.cummin(x, 0), ".a->.a", (3, 2)),
    "running log of a sum of exponentials": of_floats(lambda x: lax.cumlogsumexp(x, 0), ".a->.a", (3, 2)),
    "place of the largest": of_integers(lambda x: lax.argmax(x, 1, jnp.int32), "a.->a", (2, 3)),
    "place of the smallest": of_integers(lambda x: lax.argmin(x, 0, jnp.int32), ".a->a", (2, 3)),
    "sort": of_integers(lambda x: lax.sort(x, dimension=1), "ab->a.", (2, 3)),
    "sort, and then a stretch": of_integers(lambda x: lax.sort(x)[1:3], "a->.", (4,)),
    "sort, and then two axes": of_integers(lambda x: lax.sort(x).reshape(2, 2), "a->..", (4,)),
    "sort by one of two": of_integers(
        lambda x, y: lax.sort((x, y), dimension=0, num_keys=1), ".a,.a->.a,.a", (4, 2), (4, 2)
    ),
    "sort by one of two with equal keys": of_integers(
        lambda x, y: lax.sort((x % 2, y), dimension=0, num_keys=1), ".,.->.,.", (4,), (4,)
    ),
    "sort by both of two": of_integers(
        lambda x, y: lax.sort((x, y), dimension=0, num_keys=2), "ab,ab->.b,.b", (4, 2), (4, 2)
    ),
    "argsort": of_integers(lambda x: jnp.argsort(x, 0).astype(jnp.int32), ".a->.a", (4, 2)),
    "median": of_integers(lambda x: jnp.sort(x)[2], "a->", (5,)),
    "largest two": of_integers(lambda x: lax.top_k(x, 2)[0], "ab->a.", (2, 4)),
    "largest two and their places": of_integers(lambda x: lax.top_k(x, 2), "a.->a.,a.", (2, 4)),
    "places of the largest two": of_integers(lambda x: lax.top_k(x, 2)[1], "a.->a.", (2, 4)),
    "associative scan": of_integers(lambda x: lax.associative_scan(jnp.add, x), "(1+1+1+1)a->.a", (4, 2)),
    "differences": of_integers(lambda x: x[1:] - x[:-1], "(1+1+1+1)a->(1+1+1)a", (4, 2)),
    "random numbers of a given key": of_integers(
        lambda x: x * jax.random.randint(jax.random.key(1), (2, 3), 0, 9), "..->..", (2, 3)
    ),
    "random numbers of keys": of_types(
        ("uint32",), lambda x: jax.vmap(lambda seed: jax.random.bits(jax.random.key(seed), (3,)))(x), "a->a.", (4,)
    ),
    "random keys made of bits": of_types(
        ("uint32",),
        lambda x: jax.random.key_data(jax.vmap(jax.random.split)(jax.random.wrap_key_data(x))[:, 1]),
        "a.->a.",
        (3, 2),
    ),
    "random keys folded": of_types(
        ("uint32", "uint32"),
        lambda x, y: jax.random.key_data(jax.vmap(jax.random.fold_in)(jax.random.wrap_key_data(x), y)),
        "a.,a->a.",
        (3, 2),
        (3,),
    ),
}

LINEAR_ALGEBRA = {
    "Fourier transform of lines": of_floats(lambda x: jnp.abs(jnp.fft.fft(x)), "a.->a.", (3, 4)),
    "real Fourier transform of planes": of_floats(lambda x: jnp.real(jnp.fft.rfft2(x)), "a..->a..", (3, 4, 4)),
    "Cholesky": of_floats(lambda x: jnp.linalg.cholesky(x @ x.mT + 3 * jnp.eye(3)), "a.b->a..", (2, 3, 3)),
    "solution of a triangular system": of_floats(
        lambda x, y: lax.linalg.triangular_solve(x + 9 * jnp.eye(3), y, left_side=True),
        "a..,a..->a..",
        (2, 3, 3),
        (2, 3, 4),
    ),
    "eigenvalues": of_floats(lambda x: jnp.linalg.eigvalsh(x + x.mT), "a..->a.", (2, 3, 3)),
    "singular values": of_floats(lambda x: jnp.linalg.svd(x, compute_uv=False), "a..->a.", (2, 3, 4)),
    "QR": of_floats(lambda x: jnp.abs(jnp.linalg.qr(x)[1]), "a..->a..", (2, 3, 3)),
    "LU": of_floats(lambda x: lax.linalg.lu(x)[0], "a..->a..", (2, 3, 3)),
    "solution of a linear system": of_floats(
        lambda x, y: jnp.linalg.solve(x + 9 * jnp.eye(3), y), "aa,ab->ab", (3, 3), (3, 2)
    ),
    "eigenvalues that may be complex": of_floats(lambda x: jnp.abs(jnp.linalg.eigvals(x)), "a..->a.", (2, 3, 3)),
    "Hessenberg form": of_floats(lambda x: jnp.abs(lax.linalg.hessenberg(x)[0]), "a..->a..", (2, 3, 3)),
    "Householder products": of_floats(lax.linalg.householder_product, "a..,a.->a..", (2, 4, 3), (2, 3)),
    "product with a Q": of_floats(
        lambda x, y, z: lax.linalg.ormqr(x, y, z), "a..,a.,a..->a..", (2, 4, 3), (2, 3), (2, 4, 3)
    ),
    "Schur form": of_floats(lambda x: jnp.abs(lax.linalg.schur(x)[0]), "a..->a..", (2, 3, 3)),
    "symmetric product": of_floats(
        lambda x, y: lax.linalg.symmetric_product(x, y), "a..,a..->a..", (2, 3, 4), (2, 3, 3)
    ),
    "tridiagonal form": of_floats(lambda x: jnp.abs(lax.linalg.tridiagonal(x + x.mT)[1]), "a..->a.", (2, 3, 3)),
    "determinant": of_floats(jnp.linalg.det, "a(1+1+1)(1+1+1)->a", (2, 3, 3)),
}
