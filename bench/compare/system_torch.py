"""PyTorch, eager and compiled."""

import torch
from torch import nn

from . import system
from .torch_models import MODELS


def to_arrays(tensors):
    return {name: each.detach().numpy().copy() for name, each in tensors.items()}


class PyTorch(system.System):
    """Eager mode."""

    def __init__(self, threads):
        super().__init__(threads)
        torch.set_num_threads(threads)

    def load(self, case):
        self.case = case
        self.model = MODELS[case.row.model](**case.row.sizes)
        weights = case.read_weights()
        self.model.set_parameters(
            {name: torch.from_numpy(each) for name, each in weights.items()}
        )
        trained = [each for each in self.model.parameters() if each.requires_grad]
        self.optimizer = torch.optim.RMSprop(
            trained,
            lr=system.LEARNING_RATE,
            alpha=system.DECAY,
            momentum=system.MOMENTUM,
            eps=system.EPSILON,
            foreach=True,
        )
        self.trained = trained
        self.batch = {
            name: torch.from_numpy(each) for name, each in case.read_batch().items()
        }

    def forward(self):
        with torch.inference_mode():
            return self.model(self.batch["x"])

    def backward(self):
        self.optimizer.zero_grad()
        loss = self.model.loss(**self.batch)
        loss.backward()
        return loss

    def train(self):
        loss = self.backward()
        nn.utils.clip_grad_norm_(self.trained, system.CLIP_NORM, foreach=True)
        self.optimizer.step()
        return loss

    def results(self):
        self.load(self.case)
        results = {"y": self.forward(), "loss": self.backward()}
        gradients = self.model.get_parameters(lambda each: each.grad)
        results |= {f"d_{name}": each for name, each in gradients.items()}
        results = to_arrays(results)
        self.train()
        updated = to_arrays(self.model.get_parameters(lambda each: each))
        return results | {f"new_{name}": each for name, each in updated.items()}

    def prepare(self, program):
        self.load(self.case)
        system.warm_up(getattr(self, program))

    def time(self, program, seconds):
        return system.median_call(getattr(self, program), seconds), {}

    def write_rows(self, count, steps):
        table, rows = torch.zeros(count, 20), torch.ones(steps, 20)

        def write():
            for place, row in enumerate(rows):
                table[place % count] = row

        return min(system.call_times(write, 1))

    def shift(self, table):
        table = torch.from_numpy(table)
        table[1:] = table[:-1].clone()
        return table.numpy()


class TorchCompile(PyTorch):
    """With the model's hot function compiled by torch.compile."""

    def load(self, case):
        super().load(case)
        self.model.compile()

    def compile_seconds(self):
        return system.first_less_later(self.train)


class TorchUnrolled(TorchCompile):
    """With the whole forward pass compiled, which unrolls its loop."""

    def load(self, case):
        PyTorch.load(self, case)
        self.model.forward = torch.compile(self.model.forward, dynamic=False)
