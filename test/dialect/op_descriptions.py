"""The operations' descriptions, as read from the dialect's .td files."""

import pathlib
import re

# An op's definition up to its description; classes and attributes have neither
# a mnemonic in this place nor a description in this form.
DEFINITION = re.compile(
    r'^def \w+Op : Vellum_\w+<"(\w+)".*?let description = \[\{\n(.*?)\n  \}\];',
    re.MULTILINE | re.DOTALL,
)


def read(source):
    """Maps each op's mnemonic to its description, without indentation."""
    found = {}
    for file in sorted(pathlib.Path(source, "dialect").glob("*.td")):
        for mnemonic, text in DEFINITION.findall(file.read_text()):
            found[mnemonic] = re.sub(r"^    ", "", text, flags=re.MULTILINE)
    return found


def count_definitions(source):
    """How many ops there are, found in another way."""
    files = pathlib.Path(source, "dialect").glob("*.td")
    return sum(
        len(re.findall(r"^def \w+Op : ", file.read_text(), re.MULTILINE))
        for file in files
    )
