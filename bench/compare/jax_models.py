"""The models in JAX: pure functions of a dictionary of parameters.

Time loops are `lax.scan`. What does not depend on the state is computed before
the loop, for all steps at once.
"""

import functools

import jax
from jax import lax
from jax import numpy as jnp


def lstm_step(gates, c):
    """Cell and output from the pre-activations."""
    i, f, g, o = jnp.split(gates, 4, -1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def address(parameters, memory, previous):
    width = memory.shape[-1]
    key, strength, gate, shift, power = jnp.split(
        parameters, [width, width + 1, width + 2, width + 5], -1
    )
    dot = jnp.einsum("bnm,bm->bn", memory, key)
    norms = lax.rsqrt(jnp.sum(memory * memory, -1) + 1e-6)
    scale = lax.rsqrt(jnp.sum(key * key, -1, keepdims=True) + 1e-6)
    content = jax.nn.softmax(jax.nn.softplus(strength) * scale * dot * norms)
    gate = jax.nn.sigmoid(gate)
    gated = gate * content + (1 - gate) * previous
    shift = jax.nn.softmax(shift)
    shifted = (
        shift[:, 0:1] * jnp.roll(gated, -1, -1)
        + shift[:, 1:2] * gated
        + shift[:, 2:3] * jnp.roll(gated, 1, -1)
    )
    return jax.nn.softmax((1 + jax.nn.softplus(power)) * jnp.log(shifted + 1e-8))


def ntm(parameters, x):
    memory, start = parameters["memory"], parameters["start"]
    width = memory.shape[-1]
    batch = x.shape[1]
    channels = x.shape[2]
    recurrent = parameters["lstm"][channels:]

    def step(state, projected):
        h, c, memory, read, write_at, read_at = state
        gates = projected + jnp.concatenate([read, h], -1) @ recurrent
        h, c = lstm_step(gates, c)
        heads = h @ parameters["heads"] + parameters["heads_bias"]
        write, erase, add, where = jnp.split(
            heads, [width + 6, 2 * width + 6, 3 * width + 6], -1
        )
        write_at = address(write, memory, write_at)
        column = write_at[:, :, None]
        kept = 1 - column * jax.nn.sigmoid(erase)[:, None]
        memory = memory * kept + column * add[:, None]
        read_at = address(where, memory, read_at)
        read = jnp.einsum("bn,bnm->bm", read_at, memory)
        return (h, c, memory, read, write_at, read_at), (h, read)

    at = jnp.broadcast_to(start, (batch, *start.shape))
    zeros = jnp.zeros((batch, recurrent.shape[1] // 4))
    memory = jnp.broadcast_to(memory, (batch, *memory.shape))
    read = jnp.einsum("bn,bnm->bm", at, memory)
    projected = x @ parameters["lstm"][:channels] + parameters["lstm_bias"]
    _, (h, read) = lax.scan(step, (zeros, zeros, memory, read, at, at), projected)
    seen = jnp.concatenate([h, read], -1)
    return seen @ parameters["output"] + parameters["output_bias"]


def ntm_loss(parameters, x, target, mask):
    logits = ntm(parameters, x)
    each = jax.nn.softplus(logits) - logits * target
    return jnp.sum(each * mask) / x.shape[1]


def lstm(parameters, x, unroll=1):
    channels = x.shape[2]
    recurrent = parameters["lstm"][channels:]

    def step(state, projected):
        h, c = lstm_step(projected + state[0] @ recurrent, state[1])
        return (h, c), h

    zeros = jnp.zeros((x.shape[1], recurrent.shape[0]))
    projected = x @ parameters["lstm"][:channels] + parameters["lstm_bias"]
    return lax.scan(step, (zeros, zeros), projected, unroll=unroll)[1]


def scaled_dot(parameters, x, heads):
    query, key, value = (
        (x @ parameters[name]).reshape(*x.shape[:2], heads, -1)
        for name in ("query", "key", "value")
    )
    context = jax.nn.dot_product_attention(query, key, value)
    return context.reshape(x.shape) @ parameters["output"]


def additive(parameters, x):
    query, key = x @ parameters["query"], x @ parameters["key"]
    hidden = jnp.tanh(query[:, :, None] + key[:, None])
    weighting = jax.nn.softmax(hidden @ parameters["score"])
    return weighting @ (x @ parameters["value"])


def square_error(forward):
    """The loss of a model that is trained to give a target."""

    def loss(parameters, x, target):
        return jnp.mean((forward(parameters, x) - target) ** 2)

    return loss


def forward_and_loss(model, sizes):
    """Both functions of a model; the first argument is the parameters."""
    if model == "ntm":
        return ntm, ntm_loss
    if model == "lstm":
        # Four steps at a time made the gradient at batch 1 up to a fifth faster,
        # but not the forward pass, and the NTM slower.
        return lstm, square_error(functools.partial(lstm, unroll=4))
    if model == "scaled-dot":
        forward = functools.partial(scaled_dot, heads=sizes["heads"])
        return forward, square_error(forward)
    return additive, square_error(additive)
