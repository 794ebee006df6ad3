"""What is compared: the rows of the table."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    """A model of given sizes on batches of given sizes."""

    model: str
    batch: int
    steps: int
    sizes: dict = dataclasses.field(default_factory=dict)
    #: Milliseconds of a training step of the hand-written program, one thread.
    floor: float | None = None

    @property
    def key(self):
        """A name for files and for --only."""
        sizes = "x".join(str(size) for size in self.sizes.values())
        return f"{self.model}{sizes and '-'}{sizes}-b{self.batch}-t{self.steps}"

    @property
    def is_short(self):
        """Whether torch.compile can be asked to unroll the loop: that takes
        minutes for 21 steps.
        """
        return self.model == "ntm" and self.steps <= 21

    @property
    def title(self):
        names = {
            "ntm": "NTM {locations}x{width}",
            "lstm": "LSTM {hidden}",
            "scaled-dot": "scaled-dot attention, {heads} heads of {head_width}",
            "additive": "additive attention {width}",
        }
        return names[self.model].format(**self.sizes)


# The hand-written program's times (C++ and Highway, one core, T = 41) were
# taken where the cores did this many multiply-adds; they scale with that.
FLOOR_FLOPS = 264e9


def ntm_rows():
    small = {"locations": 128, "width": 20}
    # 180 µs at batch 1; from batch 8 on, 2.5 µs per time step and sample.
    floors = {1: 0.180, 8: 0.820, 16: 1.640, 32: 3.280, 128: 13.12}
    for batch in floors:
        for steps in (21, 41, 1001):
            if batch in (1, 16, 128) or steps == 41:
                floor = floors[batch] if steps == 41 else None
                yield Row("ntm", batch, steps, small, floor)
    middle = {"locations": 1024, "width": 32}
    yield Row("ntm", 1, 41, middle, 0.601)
    yield Row("ntm", 16, 41, middle, 9.522)
    yield Row("ntm", 1, 41, {"locations": 16384, "width": 32})


def other_rows():
    for hidden in (100, 512):
        for batch in (1, 16):
            yield Row("lstm", batch, 128, {"hidden": hidden})
    for steps in (128, 1024):
        yield Row("scaled-dot", 4, steps, {"heads": 4, "head_width": 64})
    for steps in (128, 1024):
        yield Row("additive", 1, steps, {"width": 64})


ROWS = [*ntm_rows(), *other_rows()]
QUICK = ["ntm-128x20-b1-t41", "ntm-128x20-b16-t41", "lstm-100-b16-t128"]
