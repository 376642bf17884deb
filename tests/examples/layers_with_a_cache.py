"""Layers as pairs of functions, forward and backward, and of each a backward that looks right and is wrong."""

import numpy as np


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    return dx, dw, np.sum(dout, axis=0)


def affine_backward_averages_the_bias(dout, cache):
    dx, dw, _ = affine_backward(dout, cache)
    return dx, dw, np.mean(dout, axis=0)


def softmax_forward(x):
    shifted = np.exp(x - np.max(x, axis=1, keepdims=True))
    return shifted / np.sum(shifted, axis=1, keepdims=True)


def softmax_backward(dout, s):
    return s * (dout - np.sum(dout * s, axis=1, keepdims=True))


def softmax_backward_like_sigmoid(dout, s):
    return dout * s * (1 - s)


def dropout_forward(x, dropout_param):
    mask = (np.random.rand(*x.shape) < dropout_param["p"]) / dropout_param["p"]  # noqa: NPY002
    return x * mask, (dropout_param, mask)


def dropout_backward(dout, cache):
    _, mask = cache
    return dout * mask


def dropout_backward_without_scale(dout, cache):
    _, mask = cache
    return dout * (mask > 0)


def max_pool_forward(x, pool_param):
    (count, channels, height, width), size = x.shape, pool_param["size"]
    windows = x.reshape(count, channels, height // size, size, width // size, size)
    out = windows.max(axis=3).max(axis=4)
    return out, (x, windows, out)


def max_pool_backward(dout, cache):
    x, windows, out = cache
    mask = windows == out[:, :, :, np.newaxis, :, np.newaxis]
    return (mask * dout[:, :, :, np.newaxis, :, np.newaxis]).reshape(x.shape)


def max_pool_backward_averages(dout, cache):
    x, windows, _ = cache
    spread = np.ones(windows.shape) * dout[:, :, :, np.newaxis, :, np.newaxis] / 4
    return spread.reshape(x.shape)


def batch_norm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean, var = x.mean(axis=0), x.var(axis=0)
    bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) * mean
    std = np.sqrt(var + eps)
    normal = (x - mean) / std
    return gamma * normal + beta, (normal, gamma, std)


def batch_norm_backward(dout, cache):
    normal, gamma, std = cache
    count = dout.shape[0]
    dnormal = dout * gamma
    dx = (count * dnormal - dnormal.sum(axis=0) - normal * (dnormal * normal).sum(axis=0)) / (count * std)
    return dx, (dout * normal).sum(axis=0), dout.sum(axis=0)


def batch_norm_backward_with_constant_statistics(dout, cache):
    normal, gamma, std = cache
    return dout * gamma / std, (dout * normal).sum(axis=0), dout.sum(axis=0)


def layer_norm_forward(x, gamma, beta, ln_param):
    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(((x - mean) ** 2).mean(axis=1, keepdims=True) + ln_param["eps"])
    normal = (x - mean) / std
    return gamma * normal + beta, (normal, gamma, std)


def layer_norm_backward(dout, cache):
    normal, gamma, std = cache
    dnormal = dout * gamma
    dx = dnormal - dnormal.mean(axis=1, keepdims=True) - normal * (dnormal * normal).mean(axis=1, keepdims=True)
    return {"dx": dx / std, "dgamma": (dout * normal).sum(axis=0), "dbeta": dout.sum(axis=0)}


def layer_norm_backward_over_the_batch(dout, cache):
    normal, gamma, std = cache
    found, dnormal = layer_norm_backward(dout, cache), dout * gamma
    return found | {"dx": (dnormal - dnormal.mean(axis=0) - normal * (dnormal * normal).mean(axis=0)) / std}


def embedding_forward(x, W):
    return W[x], (x, W)


def embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def embedding_backward_forgets_repeats(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    dW[x] += dout
    return dW


def conv_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    count, filters, (height, width) = x.shape[0], w.shape[0], w.shape[2:]
    rows, columns = 1 + (padded.shape[2] - height) // stride, 1 + (padded.shape[3] - width) // stride
    out = np.zeros((count, filters, rows, columns), dtype=(x[:1, :1, :1, :1] * w[:1, :1, :1, :1]).dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            out[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (padded, w, b, conv_param)


def conv_backward(dout, cache):
    padded, w, _, conv_param = cache
    stride, pad, (height, width) = conv_param["stride"], conv_param["pad"], w.shape[2:]
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, columns = slice(i * stride, i * stride + height), slice(j * stride, j * stride + width)
            window = padded[:, :, rows, columns]
            dw = dw + np.tensordot(dout[:, :, i, j], window, axes=([0], [0]))
            dpadded[:, :, rows, columns] += np.tensordot(dout[:, :, i, j], w, axes=([1], [0]))
    return dpadded[:, :, pad:-pad, pad:-pad], dw, dout.sum(axis=(0, 2, 3))


def conv_backward_flips_the_kernel(dout, cache):
    dx, dw, db = conv_backward(dout, cache)
    return dx, dw[:, :, ::-1, ::-1], db


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a, size = x @ Wx + prev_h @ Wh + b, prev_h.shape[1]
    i, f, o = (sigmoid(a[:, k * size : (k + 1) * size]) for k in range(3))
    g = np.tanh(a[:, 3 * size :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    dc = dnext_c + dnext_h * o * (1 - np.tanh(next_c) ** 2)
    di, df, do = dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * np.tanh(next_c) * o * (1 - o)
    da = np.hstack((di, df, do, dc * i * (1 - g**2)))
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_step_backward_drops_the_path_through_h(dnext_h, dnext_c, cache):
    return (
        *lstm_step_backward(dnext_h, dnext_c, cache)[:2],
        dnext_c * cache[6],
        *lstm_step_backward(dnext_h, dnext_c, cache)[3:],
    )


def rnn_step_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return a_next, (a_next, a_prev, xt, parameters)


def rnn_step_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next**2)
    gradients = {
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        "dba": dz.sum(axis=1, keepdims=True),
    }
    return gradients | {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T}


def rnn_step_backward_takes_a_next(da_next, cache):
    a_next, *_ = cache
    return rnn_step_backward(da_next, cache) | {"dWaa": da_next * (1 - a_next**2) @ a_next.T}
