"""Whether all systems compute the same."""

import numpy

TOLERANCE = 1e-4


def distance(actual, expected):
    """The relative distance of two tensors: |a - b| / |b| with Euclidean norms."""
    if actual.shape != expected.shape:
        raise ValueError(f"shape {expected.shape} is wanted, but got {actual.shape}")
    difference = numpy.linalg.norm((actual - expected).astype("f8"))
    return float(difference / max(numpy.linalg.norm(expected.astype("f8")), 1e-30))


def largest_distance(actual, expected):
    """The largest distance among the results, and the name of that result. A
    result that is missing is an error; one too many is not compared.
    """
    distances = {name: distance(actual[name], expected[name]) for name in expected}
    worst = max(distances, key=distances.get)
    return distances[worst], worst
