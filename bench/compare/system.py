"""What a system under test can do, and how its calls are timed."""

import statistics
import time

LEARNING_RATE = 1e-4
CLIP_NORM = 10.0
#: Decay, momentum and epsilon of RMSProp, which are Vellum's defaults.
DECAY, MOMENTUM, EPSILON = 0.95, 0.9, 1e-8

PROGRAMS = ("forward", "train")


class System:
    """One of the programs that are compared. A worker process has one."""

    def __init__(self, threads):
        self.threads = threads

    def load(self, case):
        """Takes a case's weights and batch."""
        raise NotImplementedError

    def results(self):
        """The forward pass's `y`, the `loss`, `d_<name>` for each parameter and,
        after one training step, `new_<name>`, as arrays. Loads the case anew.
        """
        raise NotImplementedError

    def prepare(self, program):
        """Compiles and warms up one of PROGRAMS."""
        raise NotImplementedError

    def compile_seconds(self):
        """How long it takes to compile the training step. The process has not
        compiled anything before.
        """
        raise NotImplementedError

    def write_rows(self, count, steps):
        """Seconds to write a row of 20 numbers in each of `steps` steps into a
        table of `count` rows.
        """
        raise NotImplementedError

    def shift(self, table):
        """The table with its rows moved on by one; the first one stays."""
        raise NotImplementedError

    def time(self, program, seconds):
        """Calls a program for so many seconds, and once at least. Returns the
        median of a call's seconds, and what else is known.
        """
        raise NotImplementedError


def median_call(call, seconds):
    """The median time of a call that returns when its work is done."""
    return statistics.median(call_times(call, seconds))


def call_times(call, seconds):
    """The time of each call, at least one."""
    times = []
    began = now = time.perf_counter()
    while not times or now - began < seconds:
        call()
        before, now = now, time.perf_counter()
        times.append(now - before)
    return times


def warm_up(call):
    """Calls once, which may compile, and then for a moment."""
    call_times(call, 0)
    call_times(call, 0.3)


def first_less_later(call):
    """What the first call takes longer than the second: the compilation."""
    first, second = call_times(call, 0), call_times(call, 0)
    return first[0] - second[0]
