"""A row made ready: its program, weights and batch in files of one folder."""

import dataclasses
import pathlib
import subprocess

import numpy

from . import batches, models, safetensors
from .rows import Row

ROOT = pathlib.Path(__file__).resolve().parents[2]
VELLUM = ROOT / "build/bin/vellum"


@dataclasses.dataclass
class Case:
    """What every system starts from."""

    row: Row
    folder: pathlib.Path

    @property
    def model(self):
        return self.folder / "model.mlir"

    @property
    def weights(self):
        return self.folder / "weights.safetensors"

    @property
    def batch(self):
        return self.folder / "batch.npz"

    @property
    def data(self):
        """The batch as data for training, which has one batch."""
        return self.folder / "data.npz"

    def prepare(self):
        """Writes the files. The weights are drawn by Vellum's initialisers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sizes = {"batch": self.row.batch, **self.row.sizes}
        self.model.write_text(models.text(self.row.model, **sizes))
        batch = batches.make(self.row)
        numpy.savez(self.batch, **batch)
        numpy.savez(self.data, **{name: array[None] for name, array in batch.items()})
        command = [VELLUM, "train", self.model, "--steps=0", "--seed=1"]
        command += [f"--data={self.data}", f"--out={self.folder}", "--overwrite"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def read_weights(self):
        return safetensors.read(self.weights)

    def read_batch(self):
        with numpy.load(self.batch) as file:
            return dict(file)
