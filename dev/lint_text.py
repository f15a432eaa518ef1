"""Checks every text file that git knows: line ends, the end of the file, and what a merge has left."""

import re
import subprocess
import sys
from pathlib import Path

#: Files that are kept byte by byte: emails as they came, what programs write, and what is no text.
AS_THEY_ARE = re.compile(r"^tests/fixtures/|\.(po|pot|png|gz|svg)$|^LICENSE$|package-lock\.json$")
#: What no checkout has: leftovers of a merge or a patch, and English as a translation of English.
FORBIDDEN = re.compile(r"\.(rej|orig)$|(^|/)i18n/en\.po$")
CONFLICT = re.compile(r"^(<{7} |>{7} |\|{7} )")


def problems(name, content):
    """What is wrong with one file, as `line: sentence`. :param content: its bytes"""
    if FORBIDDEN.search(name):
        yield "0: this file is a leftover"
        return
    if AS_THEY_ARE.search(name) or not content:
        return
    lines = content.decode().split("\n")
    for number, line in enumerate(lines, 1):
        if line.endswith("\r"):
            yield f"{number}: carriage return"
        elif line != line.rstrip():
            yield f"{number}: whitespace at the end of the line"
        if CONFLICT.match(line):
            yield f"{number}: a conflict that nobody has decided"
    if lines[-1]:
        yield f"{len(lines)}: no line end at the end of the file"
    elif len(lines) > 1 and not lines[-2]:
        yield f"{len(lines) - 1}: empty lines at the end of the file"


def main(root):
    """Check every file of the checkout; returns the exit status."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    found = [
        f"{name}:{problem}"
        for name in names
        if name and (root / name).is_file()
        for problem in problems(name, (root / name).read_bytes())
    ]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
