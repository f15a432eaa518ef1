"""What README tells people to type works, and what it points to is there."""

import re
import shlex
import subprocess

import pytest

from dev.paths import ROOT, Environment

README = (ROOT / "README.rst").read_text()
CHAPTERS = ["Install", "Configure", "Usage", "Known limits", "Changelog", "Credits"]


def commands():
    """Every line that is meant for a shell."""
    blocks = re.findall(r"^( *)\.\. code-block:: sh\n\n((?:\1 +.*\n|\n)+)", README, re.MULTILINE)
    lines = [line.partition("  #")[0].strip() for _indent, block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_there_are_commands():
    assert {"make demo", "make test"} <= set(commands())
    assert [command for command in commands() if command.startswith("pip install")]


@pytest.mark.parametrize("command", commands())
def test_a_command_works(command):
    program, *arguments = shlex.split(command)
    if program == "pip":
        # In an environment that has it all: a version that is asked for and not there would be looked for elsewhere.
        ways = [Environment.load().python, "-m", "pip", *arguments, "--dry-run", "--no-index"]
    else:
        assert program == "make"
        ways = [program, "--dry-run", *arguments]
    done = subprocess.run(ways, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_its_chapters_stand_in_the_usual_order():
    titles = re.findall(r"^(.+)\n=+$", README, re.MULTILINE)
    assert titles == ["Helpdesk Bridge", *CHAPTERS]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"``((?:docs|dev)/[\w./-]+|\w+\.md)``", README))))
def test_a_file_that_it_names_is_there(path):
    assert (ROOT / path).is_file()
