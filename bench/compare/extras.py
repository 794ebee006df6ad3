"""What is measured beside the rows: compilation, and changes of a large table."""

from .case import Case
from .rows import Row
from .session import Failure, Session

NTM = {"locations": 128, "width": 20}
COMPILE_STEPS = [21, 10001]
COMPILED = {
    "vellum": "Vellum",
    "jax": "JAX",
    "torch.compile": "torch.compile, one step of the loop",
    "torch.compile unrolled": "torch.compile, the loop unrolled",
}
# Without this, what an earlier run compiled would be read from a file.
NO_CACHE = {"TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}

TABLE_ROWS = [1000, 200000]
TABLE_STEPS = [10000, 20000]
TABLED = {"vellum": "Vellum", "jax": "JAX", "pytorch": "PyTorch"}


class Extras:
    def __init__(self, options, cores, log, say):
        self.options, self.cores, self.log, self.say = options, cores, log, say

    def ask(self, name, do, case=None, **request):
        """The answer of a fresh worker, or the reason why there is none."""
        session = Session(name, self.cores, self.log, NO_CACHE)
        try:
            if case:
                session.load(case)
            return session.ask(do, limit=self.options.limit, **request)
        except Failure as failure:
            return str(failure)
        finally:
            session.stop()

    def compile_seconds(self, name, steps):
        row = Row("ntm", 1, steps, NTM)
        case = Case(row, self.options.out / row.key)
        case.prepare()
        answer = self.ask(name, "compile", case)
        return answer if isinstance(answer, str) else answer["seconds"]

    def microseconds_per_row(self, name, count):
        """From the difference of two lengths, so that what a call costs besides,
        as the copy of the table that Vellum's arguments make, does not count.
        """
        times = []
        for steps in TABLE_STEPS:
            answer = self.ask(name, "write_rows", count=count, steps=steps)
            if isinstance(answer, str):
                return answer
            times.append(answer["seconds"])
        few, many = TABLE_STEPS
        return (times[1] - times[0]) / (many - few) * 1e6

    def shift_verdict(self, name):
        answer = self.ask(name, "shift")
        if isinstance(answer, str):
            return answer
        if answer["wrong"] == 0:
            return "right"
        return f"{answer['wrong']} of {answer['elements']} elements are wrong"

    def measure(self, what, names, measure, arguments=((),)):
        results = {}
        for name, title in names.items():
            results[title] = [measure(name, *each) for each in arguments]
            self.say(f"{what}, {title}: {results[title]}")
        return results


def run(options, cores, log, say):
    """The further entries of the results."""
    extras = Extras(options, cores, log, say)
    shifts = extras.measure("shift", TABLED, extras.shift_verdict)
    return {
        "shift": {title: verdicts[0] for title, verdicts in shifts.items()},
        "table_rows": TABLE_ROWS,
        "table": extras.measure(
            "table",
            TABLED,
            extras.microseconds_per_row,
            [(count,) for count in TABLE_ROWS],
        ),
        "compile_steps": COMPILE_STEPS,
        "compile": extras.measure(
            "compile",
            COMPILED,
            extras.compile_seconds,
            [(steps,) for steps in COMPILE_STEPS],
        ),
    }
