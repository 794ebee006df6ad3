"""The models in PyTorch, written to be fast there.

A fused LSTM cell, one linear map for all heads, the cosine as a matrix product,
the circular shift as rolls, attention by the library's kernel. Each class
converts its parameters from and to Vellum's names and layouts: a weight is
inputs x outputs there, and an LSTM has one bias.
"""

import torch
from torch import nn
from torch.nn import functional


def set_linear(linear, weight, bias=None):
    """Takes a weight of inputs x outputs."""
    linear.weight.copy_(weight.T)
    if bias is not None:
        linear.bias.copy_(bias)


class Ntm(nn.Module):
    """A Neural Turing Machine with one write head and one read head."""

    HIDDEN = 100

    def __init__(self, locations, width):
        super().__init__()
        self.width = width
        self.controller = nn.LSTMCell(9 + width, self.HIDDEN)
        # PyTorch's cell has two biases where one would do.
        self.controller.bias_hh.requires_grad_(False).zero_()
        self.heads = nn.Linear(self.HIDDEN, 2 * (width + 6) + 2 * width)
        self.output = nn.Linear(self.HIDDEN + width, 8)
        self.register_buffer("memory", torch.zeros(locations, width))
        self.register_buffer("start", torch.zeros(locations))

    @torch.no_grad()
    def set_parameters(self, values):
        rows = 9 + self.width
        self.controller.weight_ih.copy_(values["lstm"][:rows].T)
        self.controller.weight_hh.copy_(values["lstm"][rows:].T)
        self.controller.bias_ih.copy_(values["lstm_bias"])
        set_linear(self.heads, values["heads"], values["heads_bias"])
        set_linear(self.output, values["output"], values["output_bias"])
        self.memory.copy_(values["memory"])
        self.start.copy_(values["start"])

    def get_parameters(self, of):
        """`of` is applied to each tensor: its value, or its gradient."""
        cell = self.controller
        return {
            "lstm": torch.cat([of(cell.weight_ih), of(cell.weight_hh)], 1).T,
            "lstm_bias": of(cell.bias_ih),
            "heads": of(self.heads.weight).T,
            "heads_bias": of(self.heads.bias),
            "output": of(self.output.weight).T,
            "output_bias": of(self.output.bias),
        }

    def address(self, parameters, memory, previous):
        sizes = [self.width, 1, 1, 3, 1]
        key, strength, gate, shift, power = parameters.split(sizes, -1)
        dot = (memory @ key.unsqueeze(-1)).squeeze(-1)
        norms = ((memory * memory).sum(-1) + 1e-6).rsqrt()
        scale = ((key * key).sum(-1, keepdim=True) + 1e-6).rsqrt()
        strength = functional.softplus(strength)
        content = (strength * scale * dot * norms).softmax(-1)
        gated = torch.lerp(previous, content, gate.sigmoid())
        shift = shift.softmax(-1)
        shifted = (
            shift[:, 0:1] * gated.roll(-1, -1)
            + shift[:, 1:2] * gated
            + shift[:, 2:3] * gated.roll(1, -1)
        )
        power = 1 + functional.softplus(power)
        return (power * (shifted + 1e-8).log()).softmax(-1)

    def step(self, x, h, c, memory, read, write_at, read_at):
        h, c = self.controller(torch.cat([x, read], -1), (h, c))
        width = self.width
        sizes = [width + 6, width, width, width + 6]
        write, erase, add, where = self.heads(h).split(sizes, -1)
        write_at = self.address(write, memory, write_at)
        column = write_at.unsqueeze(-1)
        erase = erase.sigmoid().unsqueeze(1)
        memory = memory * (1 - column * erase) + column * add.unsqueeze(1)
        read_at = self.address(where, memory, read_at)
        read = (read_at.unsqueeze(1) @ memory).squeeze(1)
        logits = self.output(torch.cat([h, read], -1))
        return logits, h, c, memory, read, write_at, read_at

    def forward(self, inputs):
        batch = inputs.shape[1]
        h = c = inputs.new_zeros(batch, self.HIDDEN)
        memory = self.memory.expand(batch, -1, -1)
        write_at = read_at = self.start.expand(batch, -1)
        read = (read_at.unsqueeze(1) @ memory).squeeze(1)
        state = h, c, memory, read, write_at, read_at
        logits = []
        for x in inputs:
            y, *state = self.step(x, *state)
            logits.append(y)
        return torch.stack(logits)

    def loss(self, x, target, mask):
        losses = functional.binary_cross_entropy_with_logits(
            self(x), target, weight=mask, reduction="sum"
        )
        return losses / x.shape[1]

    def compile(self):
        """Compiles one step of the loop: the whole loop would be unrolled."""
        self.step = torch.compile(self.step, dynamic=False, fullgraph=True)


class Regression(nn.Module):
    """A model that is trained to give a target."""

    def loss(self, x, target):
        return functional.mse_loss(self(x), target)

    def compile(self):
        self.forward = torch.compile(self.forward, dynamic=False)


class Lstm(Regression):
    """A layer of LSTM cells, by the library's kernel for whole sequences."""

    def __init__(self, hidden):
        super().__init__()
        self.layer = nn.LSTM(hidden, hidden)
        self.layer.bias_hh_l0.requires_grad_(False).zero_()

    @torch.no_grad()
    def set_parameters(self, values):
        rows = values["lstm"].shape[0] // 2
        self.layer.weight_ih_l0.copy_(values["lstm"][:rows].T)
        self.layer.weight_hh_l0.copy_(values["lstm"][rows:].T)
        self.layer.bias_ih_l0.copy_(values["lstm_bias"])

    def get_parameters(self, of):
        layer = self.layer
        return {
            "lstm": torch.cat([of(layer.weight_ih_l0), of(layer.weight_hh_l0)], 1).T,
            "lstm_bias": of(layer.bias_ih_l0),
        }

    def forward(self, x):
        return self.layer(x)[0]


class Attention(Regression):
    """What the two kinds of attention share: linear maps of the sequence."""

    def __init__(self, width, names):
        super().__init__()
        self.maps = nn.ModuleDict(
            {name: nn.Linear(width, width, bias=False) for name in names}
        )

    @torch.no_grad()
    def set_parameters(self, values):
        for name, each in self.maps.items():
            set_linear(each, values[name])

    def get_parameters(self, of):
        return {name: of(each.weight).T for name, each in self.maps.items()}


class ScaledDot(Attention):
    """Self-attention of several heads, by the library's kernel."""

    def __init__(self, heads, head_width):
        super().__init__(heads * head_width, ["query", "key", "value", "output"])
        self.heads = heads

    def forward(self, x):
        query, key, value = (
            self.maps[name](x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        context = functional.scaled_dot_product_attention(query, key, value)
        return self.maps["output"](context.transpose(1, 2).flatten(-2))


class Additive(Attention):
    """Self-attention scored by v · tanh(q + k)."""

    def __init__(self, width):
        super().__init__(width, ["query", "key", "value"])
        self.score = nn.Parameter(torch.zeros(width))

    @torch.no_grad()
    def set_parameters(self, values):
        super().set_parameters(values)
        self.score.copy_(values["score"])

    def get_parameters(self, of):
        return super().get_parameters(of) | {"score": of(self.score)}

    def forward(self, x):
        query, key = self.maps["query"](x), self.maps["key"](x)
        scores = torch.tanh(query.unsqueeze(2) + key.unsqueeze(1)) @ self.score
        return scores.softmax(-1) @ self.maps["value"](x)


MODELS = {"ntm": Ntm, "lstm": Lstm, "scaled-dot": ScaledDot, "additive": Additive}
