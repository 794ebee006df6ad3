"""The models as Vellum programs, made from bench/models for given sizes.

    python3 -m compare.models NAME [SIZE=NUMBER]... > model.mlir

writes one; what is not given has its default. Needs the standard library alone.
"""

import pathlib
import string
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "models"

DEFAULTS = {
    "ntm": {"batch": 1, "locations": 128, "width": 20},
    "lstm": {"batch": 1, "hidden": 100},
    "scaled-dot": {"batch": 1, "heads": 4, "head_width": 64},
    "additive": {"batch": 1, "width": 64},
}


def derived_sizes(name, sizes):
    """The numbers of a template that follow from a model's sizes."""
    if name == "ntm":
        width = sizes["width"]
        return {
            "lstm_rows": 9 + width + 100,
            # Key, strength, gate, three shifts and power of two heads; erase, add.
            "head_columns": 2 * (width + 6) + 2 * width,
            "output_rows": 100 + width,
        }
    if name == "lstm":
        return {"rows": 2 * sizes["hidden"], "columns": 4 * sizes["hidden"]}
    if name == "scaled-dot":
        return {"width": sizes["heads"] * sizes["head_width"]}
    return {}


def text(name, **sizes):
    """The program of a model."""
    sizes = DEFAULTS[name] | sizes
    template = (FOLDER / f"{name}.mlir.in").read_text(encoding="utf-8")
    numbers = sizes | derived_sizes(name, sizes)
    return string.Template(template).substitute(numbers)


def main(arguments):
    if not arguments or arguments[0] not in DEFAULTS:
        sys.exit(f"{__doc__}\nNAME is one of {', '.join(DEFAULTS)}")
    sizes = (argument.split("=") for argument in arguments[1:])
    print(text(arguments[0], **{name: int(number) for name, number in sizes}), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
