"""Writes the weights and the expected results of attend.test, with NumPy.

    python3 make_attend.py INPUTS.npz FOLDER

The layer and its derivative are written out here for themselves, in f64, so
that they share nothing with the compiler.
"""

import json
import struct
import sys

import numpy as np

HEADS = 4
NAMES = ["query", "key", "value", "output"]


def write_safetensors(path, arrays):
    header, offset = {}, 0
    for name, array in arrays.items():
        header[name] = {
            "dtype": "F32",
            "shape": array.shape,
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())


def split(x):
    """batch x time x feature -> batch x head x time x width"""
    b, t, d = x.shape
    return x.reshape(b, t, HEADS, d // HEADS).transpose(0, 2, 1, 3)


def join(x):
    b, h, t, d = x.shape
    return x.transpose(0, 2, 1, 3).reshape(b, t, h * d)


def allowed(mask):
    t = mask.shape[1]
    causal = np.tril(np.ones((t, t), bool))
    return causal[None, None] & mask[:, None, None, :]


def forward(x, mask, w):
    q, k, v = (split(x @ w[name]) for name in NAMES[:3])
    scores = np.einsum("bhtd,bhsd->bhts", q, k) / np.sqrt(q.shape[-1])
    scores = np.where(allowed(mask), scores, -np.inf)
    a = np.exp(scores - scores.max(-1, keepdims=True))
    a /= a.sum(-1, keepdims=True)
    heard = join(np.einsum("bhts,bhsd->bhtd", a, v))
    return heard @ w["output"], a, (q, k, v, heard)


def gradient(x, mask, w):
    """Of half the mean square of the context."""
    context, a, (q, k, v, heard) = forward(x, mask, w)
    d_context = context / context.size
    d_heard = split(d_context @ w["output"].T)
    d_a = np.einsum("bhtd,bhsd->bhts", d_heard, v)
    d_scores = a * (d_a - (d_a * a).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    d_projected = {
        "query": join(np.einsum("bhts,bhsd->bhtd", d_scores, k)),
        "key": join(np.einsum("bhts,bhtd->bhsd", d_scores, q)),
        "value": join(np.einsum("bhts,bhtd->bhsd", a, d_heard)),
    }
    result = {"loss": 0.5 * np.mean(context**2)}
    result["d_x"] = sum(d @ w[name].T for name, d in d_projected.items())
    for name, d in d_projected.items():
        result["d_" + name] = np.einsum("btd,btk->dk", x, d)
    result["d_output"] = np.einsum("btd,btk->dk", heard, d_context)
    return result


def main(inputs, folder):
    data = np.load(inputs)
    x, mask = data["x"].astype(np.float64), data["mask"]
    random = np.random.default_rng(1)
    size = x.shape[-1]
    weights = {
        name: (random.standard_normal((size, size)) / np.sqrt(size)).astype(np.float32)
        for name in NAMES
    }
    write_safetensors(folder + "/attend-weights.safetensors", weights)
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    context, a, _ = forward(x, mask, w)
    single = lambda arrays: {n: np.asarray(v, np.float32) for n, v in arrays.items()}
    np.savez(
        folder + "/attend-expected.npz", **single({"context": context, "weighting": a})
    )
    np.savez(folder + "/attend-gradient.npz", **single(gradient(x, mask, w)))


main(*sys.argv[1:])
