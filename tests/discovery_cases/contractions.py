"""Cases of the rules of products of arrays."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from discovery_cases.case import of_integers


def einsum(subscripts, axes, *shapes):
    return of_integers(functools.partial(jnp.einsum, subscripts), axes, *shapes)


def convolution(axes, image, kernel, **settings):
    settings = {"window_strides": (1,) * (len(image) - 2), "padding": "VALID"} | settings
    return of_integers(lambda x, y: lax.conv_general_dilated(x, y, **settings), axes, image, kernel)


LAST = ("NHWC", "HWIO", "NHWC")

CONTRACTIONS = {
    "matrices": of_integers(lambda x, y: x @ y, "ab,bc->ac", (2, 3), (3, 4)),
    "matrix and vector": of_integers(lambda x, y: x @ y, "ab,b->a", (2, 3), (3,)),
    "vectors": of_integers(lambda x, y: x @ y, "a,a->", (3,), (3,)),
    "outer product": of_integers(lambda x, y: jnp.tensordot(x, y, 0), "a,b->ab", (3,), (4,)),
    "batches": einsum("bij,bjk->bik", "abc,acd->abd", (2, 3, 4), (2, 4, 5)),
    "two sums": einsum("ijk,jkl->il", "abc,bcd->ad", (2, 3, 4), (3, 4, 5)),
    "batch last": einsum("ijb,jkb->bik", "abc,bdc->cad", (2, 3, 4), (3, 5, 4)),
    "array and its transpose": of_integers(lambda x: x @ x.T, "ab->aa", (3, 4)),
    "square of a matrix": of_integers(lambda x: x @ x, "aa->aa", (3, 3)),
    "quadratic form": einsum("i,ij,j->", "a,ab,b->", (3,), (3, 3), (3,)),
    "attention": einsum("qhd,khd,khe->qhe", "abc,dbc,dbe->abe", (3, 2, 4), (5, 2, 4), (5, 2, 6)),
    "diagonal": einsum("ii->i", "aa->a", (3, 3)),
    "flat heads": of_integers(lambda x, y: x.reshape(2, 2, 3) @ y, "a(bc),acd->abd", (2, 6), (2, 3, 4)),
    "concatenation and one matrix": of_integers(
        lambda x, y, z: jnp.concatenate([x, y], 1) @ z, "ab,ac,(b+c)d->ad", (2, 3), (2, 4), (7, 5)
    ),
    "flattened image and a matrix": of_integers(lambda x, y: x.reshape(2, -1) @ y, "abc,(bc)d->ad", (2, 3, 4), (12, 5)),
    "Kronecker product": of_integers(jnp.kron, "ab,cd->(ac)(bd)", (2, 3), (4, 5)),
    "vmap": of_integers(jax.vmap(lambda x, y: x @ y, (0, None)), "ab,bc->ac", (2, 3), (3, 4)),
}

CONVOLUTIONS = {
    "lines": convolution("ab.,cb.->ac.", (2, 3, 5), (4, 3, 2)),
    "images with channels last": convolution(
        "a..b,..bc->a..c", (2, 4, 4, 3), (2, 2, 3, 5), dimension_numbers=LAST, window_strides=(1, 2)
    ),
    "no places": convolution("ab,cb->ac", (2, 3), (4, 3)),
    "windows of one entry": convolution("ab.,cb1->ac.", (2, 3, 5), (4, 3, 1)),
    "groups": convolution("a(bc).,(bd)c.->a(bd).", (2, 6, 4), (4, 3, 2), feature_group_count=2),
    "groups with channels last": convolution(
        "a..(bc),..c(bd)->a..(bd)", (2, 3, 3, 6), (2, 2, 3, 8), dimension_numbers=LAST, feature_group_count=2
    ),
    "depthwise": convolution("ab.,b1.->ab.", (2, 4, 5), (4, 1, 2), feature_group_count=4),
    "depthwise with two outputs each": convolution("ab.,(bc)1.->a(bc).", (2, 4, 5), (8, 1, 2), feature_group_count=4),
    "batch in groups": convolution("...,...->...", (4, 3, 5), (2, 3, 2), batch_group_count=2),
    "transposed": of_integers(
        lambda x, y: lax.conv_transpose(x, y, (2,), "SAME"), "a.b,.bc->a.c", (2, 4, 3), (2, 3, 5)
    ),
    "dilated": convolution(
        "ab.,cb.->ac.", (2, 3, 6), (4, 3, 2), rhs_dilation=(2,), lhs_dilation=(3,), padding=[(1, 2)]
    ),
    "channels shuffled between groups": of_integers(
        lambda x, y: lax.conv_general_dilated(
            x.reshape(2, 2, 3, 4).transpose(0, 2, 1, 3).reshape(2, 6, 4), y, (1,), "VALID", feature_group_count=3
        ),
        "a(bc).,(cd)b1->a(cd).",
        (2, 6, 4),
        (6, 2, 1),
    ),
}
