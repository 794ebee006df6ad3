"""JAX: one jitted function for each program."""

import time

import jax
import numpy
from jax import lax
from jax import numpy as jnp

from . import system
from .jax_models import forward_and_loss

FROZEN = {"memory", "start"}


def rmsprop(parameter, gradient, square, velocity):
    """The parameter and its two tensors of state after an update."""
    square = system.DECAY * square + (1 - system.DECAY) * gradient * gradient
    change = gradient / (jnp.sqrt(square) + system.EPSILON)
    velocity = system.MOMENTUM * velocity - system.LEARNING_RATE * change
    return parameter + velocity, square, velocity


def clip(gradients):
    norm = jnp.sqrt(sum(jnp.sum(each * each) for each in gradients.values()))
    scale = jnp.minimum(1.0, system.CLIP_NORM / norm)
    return {name: scale * each for name, each in gradients.items()}


def write_rows(table, rows):
    """Writes row after row, from the first place on and round again."""

    def step(state, row):
        table, place = state
        table = lax.dynamic_update_index_in_dim(table, row, place, 0)
        return (table, (place + 1) % table.shape[0]), None

    return lax.scan(step, (table, 0), rows)[0][0]


def shift_rows(table):
    """Moves a table's rows on by one, as openxla/xla#49176 does."""
    copy = table + 0.0 * table[:1]
    return copy.at[1:].set(copy[:-1]).reshape(1, *table.shape)


class Jax(system.System):
    def load(self, case):
        self.case = case
        forward, loss = forward_and_loss(case.row.model, case.row.sizes)
        weights = case.read_weights()
        constants = {n: jnp.asarray(w) for n, w in weights.items() if n in FROZEN}
        self.parameters = {
            name: jnp.asarray(each)
            for name, each in weights.items()
            if name not in FROZEN
        }
        self.state = {
            name: (jnp.zeros_like(each), jnp.zeros_like(each))
            for name, each in self.parameters.items()
        }
        self.batch = {n: jnp.asarray(b) for n, b in case.read_batch().items()}

        def trained_loss(parameters, batch):
            return loss(parameters | constants, **batch)

        def step(parameters, state, batch):
            value, gradients = jax.value_and_grad(trained_loss)(parameters, batch)
            gradients = clip(gradients)
            updated = {
                name: rmsprop(each, gradients[name], *state[name])
                for name, each in parameters.items()
            }
            parameters = {name: each[0] for name, each in updated.items()}
            return value, parameters, {n: each[1:] for n, each in updated.items()}

        self.jit_forward = jax.jit(lambda ps, x: forward(ps | constants, x))
        self.jit_gradient = jax.jit(jax.value_and_grad(trained_loss))
        self.jit_step = jax.jit(step, donate_argnums=(0, 1))

    def forward(self):
        return self.jit_forward(self.parameters, self.batch["x"]).block_until_ready()

    def train(self):
        loss, self.parameters, self.state = self.jit_step(
            self.parameters, self.state, self.batch
        )
        # The loss is there before the update is.
        jax.block_until_ready((loss, self.parameters, self.state))

    def results(self):
        self.load(self.case)
        loss, gradients = self.jit_gradient(self.parameters, self.batch)
        results = {"y": self.forward(), "loss": loss}
        results |= {f"d_{name}": each for name, each in gradients.items()}
        results = {name: numpy.array(each) for name, each in results.items()}
        self.train()
        return results | {
            f"new_{name}": numpy.array(each) for name, each in self.parameters.items()
        }

    def prepare(self, program):
        self.load(self.case)
        system.warm_up(getattr(self, program))

    def time(self, program, seconds):
        return system.median_call(getattr(self, program), seconds), {}

    def compile_seconds(self):
        began = time.perf_counter()
        self.jit_step.lower(self.parameters, self.state, self.batch).compile()
        return time.perf_counter() - began

    def write_rows(self, count, steps):
        table, rows = jnp.zeros((count, 20)), jnp.ones((steps, 20))
        write = jax.jit(write_rows, donate_argnums=0)
        table = write(table, rows)

        def call():
            nonlocal table
            table = write(table, rows).block_until_ready()

        return min(system.call_times(call, 1))

    def shift(self, table):
        return numpy.array(jax.jit(shift_rows)(table))[0]
