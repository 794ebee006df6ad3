"""Batches of random numbers, the same for every system."""

import numpy


def copy_task(generator, batch, steps):
    """Sequences of the copy task: bits, a delimiter, silence while they are told.

    `steps` is odd: twice the number of vectors, and the delimiter.
    """
    length = steps // 2
    bits = generator.integers(0, 2, (length, batch, 8))
    x = numpy.zeros((steps, batch, 9), "f4")
    x[:length, :, :8] = bits
    x[length, :, 8] = 1
    target = numpy.zeros((steps, batch, 8), "f4")
    target[length + 1 :] = bits
    mask = numpy.zeros((steps, batch, 1), "f4")
    mask[length + 1 :] = 1
    return {"x": x, "target": target, "mask": mask}


def normal_pair(generator, shape):
    """Inputs and targets of a regression."""
    return {name: generator.standard_normal(shape, "f4") for name in ("x", "target")}


def make(row):
    """The arguments of the row's loss function, by name."""
    generator = numpy.random.default_rng(1)
    if row.model == "ntm":
        return copy_task(generator, row.batch, row.steps)
    if row.model == "lstm":
        shape = (row.steps, row.batch, row.sizes["hidden"])
    elif row.model == "scaled-dot":
        width = row.sizes["heads"] * row.sizes["head_width"]
        shape = (row.batch, row.steps, width)
    else:
        shape = (row.batch, row.steps, row.sizes["width"])
    return normal_pair(generator, shape)
