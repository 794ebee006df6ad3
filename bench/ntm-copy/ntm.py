"""The model of examples/ntm-copy in eager PyTorch, written to be fast there.

One fused LSTM cell, one linear map per head, the cosine as a matrix product and
the circular shift as rolls: about 80 operations per time step.
"""

import torch
from torch import nn
from torch.nn import functional

LOCATIONS, WIDTH, HIDDEN, BITS = 128, 20, 100, 8
ADDRESS = WIDTH + 6  # key, strength, gate, three shifts, power


def address(parameters, memory, previous):
    key, strength, gate, shift, power = parameters.split([WIDTH, 1, 1, 3, 1], -1)
    dot = (memory @ key.unsqueeze(-1)).squeeze(-1)
    norms = ((memory * memory).sum(-1) + 1e-6).rsqrt()
    scale = ((key * key).sum(-1, keepdim=True) + 1e-6).rsqrt()
    content = (functional.softplus(strength) * dot * norms * scale).softmax(-1)

    gate = gate.sigmoid()
    gated = gate * content + (1 - gate) * previous
    shift = shift.softmax(-1)
    shifted = (
        shift[:, 0:1] * gated.roll(1, -1)
        + shift[:, 1:2] * gated
        + shift[:, 2:3] * gated.roll(-1, -1)
    )
    power = 1 + functional.softplus(power)
    return (power * (shifted + 1e-8).log()).softmax(-1)


class NTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.controller = nn.LSTMCell(BITS + 1 + WIDTH, HIDDEN)
        self.read_head = nn.Linear(HIDDEN, ADDRESS)
        self.write_head = nn.Linear(HIDDEN, ADDRESS + 2 * WIDTH)
        self.output = nn.Linear(HIDDEN + WIDTH, BITS)
        self.register_buffer("memory", torch.full((LOCATIONS, WIDTH), 1e-6))

    def forward(self, inputs):
        batch = inputs.shape[1]
        memory = self.memory.expand(batch, -1, -1)
        state = inputs.new_zeros(batch, HIDDEN), inputs.new_zeros(batch, HIDDEN)
        read = memory[:, 0]
        read_at = inputs.new_zeros(batch, LOCATIONS)
        read_at[:, 0] = 1
        write_at = read_at
        logits = []
        for step in inputs:
            state = self.controller(torch.cat([step, read], -1), state)
            hidden = state[0]
            parameters = self.write_head(hidden)
            where, erase, add = parameters.split([ADDRESS, WIDTH, WIDTH], -1)
            write_at = address(where, memory, write_at)
            column = write_at.unsqueeze(-1)
            memory = memory * (1 - column * erase.sigmoid().unsqueeze(1))
            memory = memory + column * add.unsqueeze(1)
            read_at = address(self.read_head(hidden), memory, read_at)
            read = (read_at.unsqueeze(1) @ memory).squeeze(1)
            logits.append(self.output(torch.cat([hidden, read], -1)))
        return torch.stack(logits)


def copy_batch(batch, length):
    """Inputs, targets and mask of 2 * length + 1 steps."""
    steps = 2 * length + 1
    bits = torch.randint(0, 2, (length, batch, BITS)).float()
    inputs = torch.zeros(steps, batch, BITS + 1)
    inputs[:length, :, :BITS] = bits
    inputs[length, :, BITS] = 1
    targets = torch.zeros(steps, batch, BITS)
    targets[length + 1 :] = bits
    mask = torch.zeros(steps, batch, 1)
    mask[length + 1 :] = 1
    return inputs, targets, mask


class Trainer:
    def __init__(self, batch, length):
        torch.manual_seed(1)
        self.model = NTM()
        self.optimizer = torch.optim.RMSprop(
            self.model.parameters(),
            lr=3e-4,
            alpha=0.95,
            momentum=0.9,
            centered=True,
            foreach=True,
        )
        self.batch = batch
        self.inputs, self.targets, self.mask = copy_batch(batch, length)

    def step(self):
        self.optimizer.zero_grad()
        losses = functional.binary_cross_entropy_with_logits(
            self.model(self.inputs), self.targets, weight=self.mask, reduction="sum"
        )
        loss = losses / self.batch
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 10.0)
        self.optimizer.step()
        return loss
