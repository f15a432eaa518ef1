"""What people read of this project: guides, screens, comments, docstrings, and the names that we have given."""

import ast
import io
import re
import tokenize
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2]
#: Code inside of prose: it is called as it is called.
CODE = re.compile(r"``[^`]*``|`[^`\n]*`|<[^<>\n]*>|\S*[/@\\]\S*|\S*\w[._=]\w\S*|\w+_\b|\b_\w+|%\(\w+\)s")


def passages():
    """(where, text) of everything, without the code in it."""
    for path in files("*.rst", "*.md"):
        if path.name != "proof.md":  # its rows are what programs have written
            yield name(path), plain(re.sub(r"^::$(\n|  .*\n)+", "", path.read_text(), flags=re.MULTILINE))
    yield "screens", plain(screens())
    for path in files("*.xml"):
        for comment in re.findall(r"<!--(.*?)-->", path.read_text(), re.DOTALL):
            yield name(path), plain(comment)
    for path in files("*.js", "*.css", "*.scss"):
        for comment in re.findall(r"/\*(.*?)\*/|(?<!:)//(.*)", path.read_text(), re.DOTALL):
            yield name(path), plain("".join(comment)) if "\n" not in comment[1] else ""
    for path in files("*.py"):
        for line, text in comments(path.read_text()):
            yield f"{name(path)}:{line}", plain(text)


def tests():
    """(where, words) of each test."""
    for path in files("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{name(path)}:{node.lineno}", words(node.name)


def files(*patterns):
    """Our files of these kinds."""
    found = [path for pattern in patterns for path in ADDON.rglob(pattern)]
    hidden = {"node_modules", "__pycache__"}
    return [
        path
        for path in sorted(found)
        if not any(part in hidden or part.startswith(".") for part in path.relative_to(ADDON).parts)
    ]


def name(path):
    return path.relative_to(ADDON).as_posix()


def screens():
    """Everything that we show to people, in English: a paragraph each."""
    pot = (ADDON / "i18n" / "helpdesk_bridge.pot").read_text()
    terms = re.findall(r'^msgid ((?:".*"\n)+)', pot, re.MULTILINE)
    return "\n\n".join("".join(map(ast.literal_eval, lines.splitlines())) for lines in terms)


def comments(source):
    """(line, text) of each comment and docstring."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            yield node.body[0].lineno, ast.get_docstring(node)


def plain(text):
    return CODE.sub(" ", text)


def words(identifier):
    """A name as words: ``test_a_mail`` and ``AMail`` are "an email"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", identifier).lower()
