"""A fault, as data: what is changed where, and which tests have to fail for it."""

import ast
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import PurePath

#: Phases of `make test` by the folder of their tests; the first that fits.
PHASES = {"tests/unit": "unit", "dev/tests": "e2e", "tests": "odoo"}
#: What Odoo reads into the database when it installs the addon, and never again.
INSTALLED = {".xml", ".csv"}
#: Python files that leave triggers in PostgreSQL.
STORED = {"models/ticket/search_table.py"}
#: Python takes a compiled file for that of its source by the source's time and size: no two faults share a time.
_times = count(1_000_000_000, 10)


class DoesNotApply(Exception):
    """The code has changed: what a fault replaces is not there, or is there more than once."""


@dataclass(frozen=True)
class Fault:
    """One way to break what the addon guarantees.

    :param file: path in the checkout
    :param find: text that is in the file exactly once
    :param put: what stands there instead
    :param tests: those of which one has to fail, as `make test ONLY=...` takes them: `file::Class::test`; all of one
        phase
    :param why: what the fault does to people, in a sentence
    """

    name: str
    file: str
    find: str
    put: str
    tests: str
    why: str

    @property
    def phase(self):
        """The phase of its tests."""
        [phase] = {_phase(path) for path in self.tests.split()}
        return phase

    @property
    def is_installed(self):
        """Whether Odoo has to install the addon again for it."""
        return PurePath(self.file).suffix in INSTALLED or self.file in STORED

    def check(self, root):
        """Raise `DoesNotApply` unless its text is in the file once, and its tests are there."""
        found = (root / self.file).read_text().count(self.find) if (root / self.file).is_file() else 0
        if found != 1:
            raise DoesNotApply(f"{self.name}: {found} times in {self.file}: {self.find!r}")
        if self.find == self.put:
            raise DoesNotApply(f"{self.name}: changes nothing")
        for test in self.tests.split():
            if not is_there(root, test):
                raise DoesNotApply(f"{self.name}: there is no test {test}")

    @contextmanager
    def applied(self, root):
        """A block in which it is in the copy of a checkout."""
        self.check(root)
        path = root / self.file
        text, before = path.read_text(), path.stat()
        try:
            path.write_text(text.replace(self.find, self.put))
            moment = next(_times)
            os.utime(path, (moment, moment))
            yield
        finally:
            path.write_text(text)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def is_there(root, test):
    """Whether a test is in the files, without an import of them: in one that is inherited it is not found."""
    file, *names = test.split("::")
    path = root / file
    body = _parsed(path.read_text()) if path.is_file() else []
    for name in names:
        body = [part for node in body if getattr(node, "name", None) == name for part in (node, *node.body)]
    return bool(body)


@cache
def _parsed(text):
    return ast.parse(text).body


def _phase(test):
    return next(phase for folder, phase in PHASES.items() if PurePath(test).is_relative_to(folder))
