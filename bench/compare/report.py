"""Tables from results.

    python3 -m compare.report RESULTS.json

prints them; with --publish the page docs/performance.md gets them.
"""

import json
import pathlib
import re
import statistics
import sys

from .rows import FLOOR_FLOPS

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/performance.md"
PUBLISHED = ROOT / "bench/results.json"
BEGIN, END = "<!-- begin: written by bench/run -->", "<!-- end -->"

#: The columns. Of two ways to use a system the faster one counts.
PEERS = {
    "PyTorch": ["pytorch"],
    "torch.compile": ["torch.compile", "torch.compile unrolled"],
    "JAX": ["jax"],
}
TITLES = {"train": "Training step", "forward": "Forward"}


def digits(number):
    """A number with three digits."""
    if number >= 99.95:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 9.995 else f"{number:.2f}"


def milliseconds(seconds):
    return "–" if seconds is None else digits(seconds * 1e3)


def summary(seconds):
    """One line for the terminal."""
    return ", ".join(
        f"{name} {milliseconds(each)} ms" for name, each in seconds.items()
    )


def digest(reports):
    """What the reports of `vellum bench` say of a program: the same in all of
    them but for limits and memory, of which the largest counts, and the time to
    compile, of which the median does.
    """
    if not reports:
        return {}
    names = ["flop", "product_bytes", "fma_peak", "l2_bandwidth"]
    names += ["temporary_bytes", "peak_resident_bytes"]
    largest = {name: max(each[name] or 0 for each in reports) for name in names}
    shares = [each["core_share"] for each in reports if each["core_share"] is not None]
    if shares:
        largest["core_share"] = statistics.median(shares)
    compile = [sum(each["compile_seconds"].values()) for each in reports]
    return largest | {"compile_seconds": statistics.median(compile)}


def floor_share(row):
    """The speed of a training step as a share of the hand-written program's."""
    peak = row["vellum"]["train"].get("fma_peak")
    seconds = row["seconds"]["train"].get("vellum")
    if row["floor"] is None or row["threads"] != 1 or not peak or not seconds:
        return None
    return row["floor"] * 1e-3 * (FLOOR_FLOPS / peak) / seconds


def limit_share(row, program, amount, limit):
    """How much of a limit the program reaches in its median time."""
    said = row["vellum"][program]
    seconds = row["seconds"][program].get("vellum")
    if not seconds or not said.get(amount):
        return None
    return said[amount] / said[limit] / seconds


def percent(share):
    return "–" if share is None else f"{100 * share:.0f} %"


def fastest(seconds, names):
    """The least of several systems' times, or nothing."""
    return min((seconds[name] for name in names if name in seconds), default=None)


def cells(row, program):
    """The cells of a row's line."""
    seconds = row["seconds"][program]
    peers = [fastest(seconds, names) for names in PEERS.values()]
    best = min((each for each in peers if each is not None), default=None)
    vellum = seconds.get("vellum")
    ratio = f"**{digits(best / vellum)}**" if best and vellum else "–"
    yield from (row["title"], str(row["batch"]), f"{row['steps']:,}")
    yield milliseconds(vellum)
    yield from map(milliseconds, peers)
    yield ratio
    yield percent(limit_share(row, program, "flop", "fma_peak"))
    yield percent(limit_share(row, program, "product_bytes", "l2_bandwidth"))
    if program == "train":
        forward = row["seconds"]["forward"].get("vellum")
        yield digits(vellum / forward) if vellum and forward else "–"
        yield percent(floor_share(row))


def markdown(header, lines):
    """A table whose columns, but for the first, are aligned to the right."""
    rule = ["---"] + ["--:"] * (len(header) - 1)
    rows = [header, rule, *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def program_table(rows, program):
    header = ["model", "batch", "T", "Vellum", *PEERS]
    header += ["times the best peer's speed", "of FMA peak", "of L2 reads"]
    if program == "train":
        header += ["to forward", "of the floor"]
    return markdown(header, [list(cells(row, program)) for row in rows])


def failures(results):
    """What has no number in the tables, and why."""
    for row in results["rows"]:
        for name, why in row["failures"].items():
            reason = why.splitlines()[0]
            yield f"- {row['key']}, {row['threads']} thread(s), {name}: {reason}"


def compile_table(results):
    header = ["program", *(f"T = {steps:,}" for steps in results["compile_steps"])]
    lines = [
        [name, *(f"{each:.2f}" if isinstance(each, float) else each for each in times)]
        for name, times in results["compile"].items()
    ]
    return markdown(header, lines)


def table_table(results):
    header = ["system", *(f"{count:,} rows" for count in results["table_rows"])]
    lines = [
        [name, *(f"{each:.3f}" if isinstance(each, float) else each for each in times)]
        for name, times in results["table"].items()
    ]
    return markdown(header, lines)


def conditions(results):
    versions = results["versions"]
    return (
        f"{results['date']}, {results['processor']}, {results['cores']} cores; "
        f"PyTorch {versions['torch']}, JAX {versions['jax']}, "
        f"Python {versions['python']}; medians of {results['rounds']} rounds, in "
        f"milliseconds. The load average at the beginning was {results['load']}."
    )


def tables(results):
    """Everything that is generated, as Markdown."""
    parts = [conditions(results)]
    counts = sorted({row["threads"] for row in results["rows"]})
    for program, title in TITLES.items():
        for threads in counts:
            rows = [row for row in results["rows"] if row["threads"] == threads]
            plural = "" if threads == 1 else "s"
            parts.append(f"### {title}, {threads} thread{plural}")
            parts.append(program_table(rows, program))
    missing = list(failures(results))
    if missing:
        parts += ["Not in the tables:", "\n".join(missing)]
    if "compile" in results:
        parts += ["### Seconds to compile a training step", compile_table(results)]
        parts += ["### Microseconds to write a row", table_table(results)]
        parts += ["### A shift of a buffer onto itself"]
        shifts = results["shift"].items()
        parts.append("\n".join(f"- {name}: {verdict}" for name, verdict in shifts))
    return "\n\n".join(parts)


def to_json(results):
    """The results as text, a line for each row."""
    others = {name: each for name, each in results.items() if name != "rows"}
    head = json.dumps(others, indent=1).removesuffix("\n}")
    rows = ",\n  ".join(map(json.dumps, results["rows"]))
    return f'{head},\n "rows": [\n  {rows}\n ]\n}}\n'


def publish(results):
    """Puts the tables between the marks of the page."""
    PUBLISHED.write_text(to_json(results))
    page = PAGE.read_text(encoding="utf-8")
    middle = re.compile(f"(?<={re.escape(BEGIN)}\n).*(?={re.escape(END)})", re.S)
    text = f"\n{tables(results)}\n\n"
    PAGE.write_text(middle.sub(lambda _: text, page), encoding="utf-8")


def main(arguments):
    paths = [each for each in arguments if each != "--publish"]
    if len(paths) != 1:
        sys.exit(__doc__)
    results = json.loads(pathlib.Path(paths[0]).read_text())
    if "--publish" in arguments:
        publish(results)
    else:
        print(tables(results))


if __name__ == "__main__":
    main(sys.argv[1:])
