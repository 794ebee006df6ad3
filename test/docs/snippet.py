"""Prints a piece of code of a page, or looks for it in another file.

    snippet.py PAGE.md LANGUAGE NUMBER [FILE]

Exits with 1 where FILE does not have it.
"""

import re
import sys

page, language, number, *files = sys.argv[1:]
with open(page, encoding="utf-8") as text:
    code = re.findall(f"```{language}\n(.*?)```", text.read(), re.S)[int(number)]
for file in files:
    with open(file, encoding="utf-8") as text:
        if code not in text.read():
            sys.exit(f"{file} has not:\n{code}")
print(code)
