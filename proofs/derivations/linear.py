"""Derivations of SCALE for linear networks: W (inputs to units) and V (units to outputs), a = x W, u = a V."""

from proofs.derivations.notation import *
from symmetry.engine.derive import Step


def invertible_maps(fault: str = ""):
    """SCALE.6."""
    A, B, product, G, H = arrays("A B P G H")
    yield Step(
        "W becomes W A, V becomes B V. The next layer gets the sum over the new units r of (a A)[n, r] (B V)[r, k]: the sum over "
        "pairs of old units of a[n, j] (A B)[j, t] V[t, k].",
        total(total(a[n, j] * A[j, r], j) * total(B[r, t] * V[t, k], t), r),
        total(a[n, j] * total(A[j, r] * B[r, t], r) * V[t, k], j, t),
    )
    inverse = product[j, t] if fault == "singular matrix" else one_if_equal(j, t)
    yield Step(
        "A B = 1, so every preactivation of the next layer stays the same, and so does everything after it. To act on more "
        "layers, do this once for each layer.",
        total(a[n, j] * inverse * V[t, k], j, t),
        total(a[n, j] * V[j, k], j),
        assuming="B is the inverse of A",
    )
    gradient_in = total(x[n, i] * total(error[n, k] * V[r, k], k), n)
    gradient_out = total(total(x[n, i] * W[i, j], i) * error[n, k], n)
    yield Step(
        "The gradient dW[i, r] is the sum over n of x[n, i] times the unit's error, the sum of e[n, k] V[r, k]; dV[j, k] is the "
        "sum of a[n, j] e[n, k]. So W^T dW = dV V^T.",
        total(W[i, j] * gradient_in, i),
        total(gradient_out * V[r, k], k),
    )

    def imbalance(step):
        incoming = total((W[i, j] - step * G[i, j]) * (W[i, r] - step * G[i, r]), i)
        return incoming - total((V[j, k] - step * H[j, k]) * (V[r, k] - step * H[r, k]), k)

    def flow(first, second):
        return total(W[i, first] * G[i, second], i) - total(H[first, k] * V[second, k], k)

    yield Step(
        "Write G and H for these gradients and M = W^T W - V V^T. Under gradient flow M changes at the rate -(D + D^T), where "
        "D = W^T G - H V^T, which is 0: M is conserved.",
        rate(imbalance(epsilon)),
        -(flow(j, r) + flow(r, j)),
    )
    power = 1 if fault == "eta for eta^2" else 2
    yield Step(
        "A step of size eta changes M by -eta (D + D^T), which is 0, plus eta^2 (G^T G - H H^T), which remains.",
        imbalance(eta) - imbalance(0),
        -eta * (flow(j, r) + flow(r, j)) + eta**power * (total(G[i, j] * G[i, r], i) - total(H[j, k] * H[r, k], k)),
    )
