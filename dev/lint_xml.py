"""Checks XML files: well-formed, four spaces an indent, nothing behind a line's end."""

import sys
from pathlib import Path

from lxml import etree

INDENT = 4


def problems(path):
    """What is wrong with one file, as `line: sentence`."""
    content = path.read_bytes()
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError as error:
        yield f"{error.lineno}: not well-formed: {error.msg}"
        return
    for number, line in enumerate(content.decode().split("\n"), 1):
        if "\t" in line:
            yield f"{number}: tab"
        if line != line.rstrip():
            yield f"{number}: whitespace at the end of the line"
    if not content.endswith(b"\n"):
        yield "no line end at the end of the file"
    yield from _badly_indented(root, 0)


def _badly_indented(element, depth):
    """Elements that begin a line with another indent than their depth asks for."""
    before, wanted = element.text, (depth + 1) * INDENT
    for child in element:
        _, newline, indent = (before or "").rpartition("\n")
        if newline and not indent.strip() and len(indent) != wanted:
            yield f"{child.sourceline}: indented by {len(indent)}, not {wanted}"
        if isinstance(child.tag, str):
            yield from _badly_indented(child, depth + 1)
        before = child.tail


def main(root):
    """Check every XML file of the checkout; returns the exit status."""
    files = [path for path in sorted(root.rglob("*.xml")) if ".git" not in path.parts]
    found = [f"{path.relative_to(root)}:{what}" for path in files for what in problems(path)]
    print("\n".join([*found, f"{len(files)} files"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
