"""What README tells people to type works, what it points to is there, and what the guides quote stands on a screen."""

import ast
import re
import shlex
import subprocess

import pytest

from dev.paths import ROOT, Environment

README = (ROOT / "README.rst").read_text()
#: What is emphasised in the guides and is a word of somebody else's …
FOREIGN = {
    "Odoo": (
        "Activate, Awaiting, Connect your Gmail account, Connect your Outlook account, From Filter, Log note, "
        "Gmail OAuth Authentication, Outgoing Mail Server, Outlook OAuth Authentication, SSL/TLS, Server Type, "
        "Test & Confirm, Track history during import, Use a Gmail Server, Use an Outlook Server, Group By, "
        "Helpdesk Access Levels"
    ),
    "Slack": "Create New App, From a manifest, Install to Workspace, Incoming Webhook",
    "Google": "OAuth consent screen, OAuth client ID, Web application, Authorized redirect URI, Testing, External",
    "Microsoft": "register an application, API permissions, client secret, Authenticated SMTP",
    "Odoo's log": "unknown option … stored as-is, ERROR/3 Unexpected indentation",
    "pip": "externally-managed-environment",
}
#: … or merely said with emphasis.
STRESSED = {
    *("app password", "as that mailbox", "cancel promises", "elsewhere", "duplicate", "Secrets from the server"),
    *("More mail", "More messages to Slack"),
}
#: Neither the listener's log nor what the command of the move says is translated.
UNTRANSLATED = {"listener.rst", "moving-from-the-go-bridge.rst"}
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


def terms():
    """Everything that we show to people, in English."""
    pot = (ROOT / "i18n" / "helpdesk_bridge.pot").read_text()
    found = re.findall(r'^msgid ((?:".*"\n)+)', pot, re.MULTILINE)
    return {"".join(map(ast.literal_eval, lines.splitlines())) for lines in found}


def quoted(text):
    """What is emphasised in a guide: a path of menus falls into its parts."""
    emphasised = re.findall(r"(?<![*\w`])\*{1,2}([^*\s`](?:[^*`]*[^*\s])?)\*{1,2}(?![*\w])", text)
    return {part.strip() for words in emphasised for part in " ".join(words.split()).split("→")}


def ours(text):
    """What a guide quotes and only we can have said."""
    foreign = {word for words in FOREIGN.values() for word in words.split(", ")}
    return quoted(text) - foreign - STRESSED


GUIDES = [ROOT / "README.rst", *(path for path in ROOT.glob("docs/*.rst") if path.name not in UNTRANSLATED)]


@pytest.mark.parametrize("guide", sorted(GUIDES), ids=lambda path: path.stem)
def test_what_a_guide_quotes_is_what_people_see(guide):
    shown = terms()
    assert ours(guide.read_text())
    unknown = {words for words in ours(guide.read_text()) if not any(words in term for term in shown)}
    assert not unknown


def test_what_nobody_shows_is_noticed():
    text = "Press **Test connection**, then *Menu → Retry*: *The bot is not in\n#support*. See *Log note*; 2 * 3 * 4."
    assert ours(text) == {"Test connection", "Menu", "Retry", "The bot is not in #support"}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"``((?:docs|dev)/[\w./-]+|\w+\.md)``", README))))
def test_a_file_that_it_names_is_there(path):
    assert (ROOT / path).is_file()
