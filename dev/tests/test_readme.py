"""What README tells people to type works, what it points to is there, and what the guides quote stands on a screen."""

import ast
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from dev.paths import ROOT, Environment
from dev.services.odoo import odoo_command, odoo_environ

README = (ROOT / "README.rst").read_text()
#: What is emphasised in the guides and is a word of somebody else's …
FOREIGN = {
    "Odoo": (
        "Activate, Connect your Gmail account, Connect your Outlook account, Create, Done, Log "
        "note, Gmail OAuth Authentication, Outgoing Mail Server, Outlook OAuth Authentication, SSL/TLS, Send message, "
        "Server Type, Test & Confirm, Track history during import, Uninstall, Use a Gmail Server, Use an Outlook "
        "Server, Use Custom Email Servers, ID, Secret, Group By, Fetch Now, Reset Confirmation, FROM Filtering, "
        "Max Email Size"
    ),
    "helpdesk_mgmt": (
        "Assign to me, Awaiting, Email Alias, Helpdesk Access Levels, User: Personal tickets, User: Team tickets, "
        "User, Helpdesk Manager, Unattended, Assigned user"
    ),
    "Slack": (
        "Create New App, From a manifest, Install to Workspace, Bot User OAuth Token, OAuth & Permissions, Copy link, "
        "too many, Basic Information, Event Subscriptions, Subscribe to bot events, Interactivity, Slash Commands, "
        "App Credentials, App-Level Tokens, Generate Token and Scopes, App Manifest, Socket Mode"
    ),
    "Google": (
        "OAuth consent screen, OAuth client ID, Web application, Authorized redirect URI, Testing, External, Internal"
    ),
    "Microsoft": "register an application, API permissions, client secret, Authenticated SMTP, Web",
    "Odoo's log": "unknown option … stored as-is",
    "pip": "externally-managed-environment",
}
#: … or merely said with emphasis.
STRESSED = {
    *("app password", "as that mailbox", "elsewhere", "seen", "odoo-helpdesk-bridge", "Known issues"),
    "Table of contents",
    *("confirmation", "reply", "closing email", "resolution"),
    *("Reply-To", "with workers", "Without workers", "PostgreSQL restarts or is killed"),
    *("The disk with the filestore is full", "PostgreSQL's disk is full"),
    *("A mail server is silent, slow or refuses the login", "One email cannot be read, stored or flagged"),
    *("Groups and lists", "Contact forms, shops and no-reply addresses", "A person with a Reply-To of their own"),
    *("No readable From", "An agent's forward"),
    *("Somebody takes it.", "An agent replies.", "The customer replies", "A closed ticket is reopened"),
    *("warning", "working hours, public holidays or policies change"),
    *("References.", "People.", "Slack.", "SLA.", "What is inactive.", "Who waits.", "Warned first.", "Emails."),
    *(
        "An agent leaves.",
        "Which events.",
        "Mentions.",
        "Bulk changes.",
        "Language.",
        "Moves.",
        "Merged tickets.",
        "Replies in the thread.",
        "More email",
        "More messages to Slack",
        "Replies from Slack",
        "Slack, all servers or all listeners are away",
        "Send to customer",
        "stopped",
    ),
}
#: Neither the listener's log nor what the command of the move says is translated; developers read no screen.
UNTRANSLATED = {"listener.rst", "moving-from-the-go-bridge.rst", "architecture.rst", "extending.rst"}
CHAPTERS = [
    *("Installation", "Configuration", "Usage", "Known issues", "Changelog", "Bug tracker", "Credits"),
]


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
    environ = None
    if program.startswith("ODOO_RC="):
        assert arguments[0] == "odoo-bin"
        ways, environ = [*odoo_command(*arguments[1:]), "--help"], odoo_environ()
    elif program == "pip":
        # In an environment that has it all: a version that is asked for and not there would be looked for elsewhere.
        ways = [Environment.load().python, "-m", "pip", *arguments, "--dry-run", "--no-index"]
    else:
        assert program == "make"
        ways = [program, "--dry-run", *arguments]
    done = subprocess.run(ways, cwd=ROOT, capture_output=True, text=True, env=environ)
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


def foreign():
    return {word for words in FOREIGN.values() for word in words.split(", ")}


def ours(text):
    """What a guide quotes and only we can have said."""
    return quoted(text) - foreign() - STRESSED


def wholes(term):
    """What may be quoted as a whole of a term: it without markup, and what stands before its colon."""
    plain = " ".join(re.sub(r"<[^<>]*>", " ", term).split())
    return {words.strip(" .:…") for words in (plain, plain.partition(": ")[0])}


def unknown(words, shown):
    """What of these words nobody shows: one word alone is a whole term, several may be a part of one."""
    whole = {one for term in shown for one in wholes(term)}
    rest = {one for one in words if one.strip(" .:…") not in whole}
    return {one for one in rest if " " not in one or not any(re.search(rf"\b{re.escape(one)}", term) for term in shown)}


GUIDES = [ROOT / "README.rst", *sorted(ROOT.glob("docs/*.rst"))]
QUOTING = [guide for guide in GUIDES if guide.name not in UNTRANSLATED]


@pytest.mark.parametrize("guide", QUOTING, ids=lambda path: path.stem)
def test_what_a_guide_quotes_is_what_people_see(guide):
    words = ours(guide.read_text())
    assert words
    assert not unknown(words, terms())


def sources(folders):
    """All that these addons say: their views, models and scripts."""
    files = [path for folder in folders for kind in ("xml", "py", "js") for path in folder.rglob(f"*.{kind}")]
    return " ".join(" ".join(path.read_text(errors="replace").split()) for path in files if "tests" not in path.parts)


def addons_of(whose):
    """The folders of the addons whose words these are."""
    python = Environment.load().python
    if whose == "helpdesk_mgmt":
        site = Path(python).parent.parent
        return list(site.glob("lib/python*/site-packages/odoo/addons/helpdesk_mgmt"))
    names = ("base", "base_import", "base_setup", "google_gmail", "mail", "microsoft_outlook", "web")
    asked = "import odoo, os; print(*odoo.__path__, sep=os.pathsep)"
    done = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)
    rooms = [Path(path) / "addons" for path in done.stdout.strip().split(os.pathsep)]
    rooms += [room.parent.parent / "addons" for room in rooms]  # where a checkout of Odoo has them
    return [room / name for room in rooms for name in names if (room / name).is_dir()]


@pytest.mark.parametrize("whose", ["Odoo", "helpdesk_mgmt"])
def test_an_exception_stands_on_a_screen_of_its_owner(whose):
    said = sources(addons_of(whose)).replace("&amp;", "&")
    assert [word for word in FOREIGN[whose].split(", ") if word not in said] == []


def test_what_the_guide_of_mailboxes_says_of_odoo_is_there():
    guide = (ROOT / "docs" / "mailboxes.rst").read_text()
    named = re.findall(r"``(/?(?:google_gmail|microsoft_outlook)[./]\w+)``", guide)
    assert {"/google_gmail/confirm", "/microsoft_outlook/confirm", "microsoft_outlook.endpoint"} <= set(named)
    said = sources([folder for folder in addons_of("Odoo") if folder.name in ("google_gmail", "microsoft_outlook")])
    assert [word for word in named if word not in said] == []
    assert "https://login.microsoftonline.com/common/oauth2/v2.0/" in said, "why an application has to be multitenant"


def test_an_exception_is_one_that_a_guide_makes():
    assert (foreign() | STRESSED) <= {words for guide in QUOTING for words in quoted(guide.read_text())}


def test_what_nobody_shows_is_noticed():
    text = "Press **Test connection**, then *Menu → Retry*: *The bot is not in\n#support*. See *Log note*; 2 * 3 * 4."
    assert ours(text) == {"Test connection", "Menu", "Retry", "The bot is not in #support"}


def test_a_single_word_is_a_term_of_its_own():
    shown = {"Reply to all", "<strong>Mailboxes</strong>", "Waiting:", "Ignore: no ticket", "The user %s is away."}
    assert unknown({"Mailboxes", "Waiting", "Ignore", "no ticket", "is away"}, shown) == set()
    assert unknown({"Reply", "user", "s away", "Ignored"}, shown) == {"Reply", "user", "s away", "Ignored"}


def named_files(text):
    """The files that a guide points to: where a link leads, from the guide's own folder, and paths of this checkout."""
    links = re.findall(r"<([^<>\s:#]+)(?:#[^<>\s]*)?>`_", text)
    paths = re.findall(r"(?<![\w/.<-])(?:docs|dev|legacy)/[\w./-]*\w\.\w+", text)
    return links, paths


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_file_that_a_guide_names_is_there(guide):
    links, paths = named_files(guide.read_text())
    missing = [link for link in links if not (guide.parent / link).is_file()]
    assert missing + [path for path in paths if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_picture_in_a_guide_is_there_and_says_what_it_shows(guide):
    for picture, alt in re.findall(r"^\.\. image:: (\S+)\n((?: +\S.*\n)*)", guide.read_text(), re.MULTILINE):
        assert (guide.parent / picture).is_file()
        assert len(" ".join(alt.split()).removeprefix(":alt: ")) > 40


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_link_into_a_guide_leads_to_a_heading(guide):
    for link, heading in re.findall(r"<([^<>\s:#]+\.rst)#([^<>\s]+)>`_", guide.read_text()):
        titles = re.findall(r"^(.+)\n[=-]+$", (guide.parent / link).read_text(), re.MULTILINE)
        assert heading in {re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in titles}


def test_the_readme_leads_to_every_file_of_the_docs():
    links, _paths = named_files(README)
    assert {f"docs/{path.name}" for path in ROOT.glob("docs/*")} <= set(links)


def test_a_file_that_is_not_there_is_noticed():
    text = "See `this <docs/x.rst#part>`_, `that\n<../y.md>`_, ``legacy/z.py`` and `us <https://example.com/a.b>`_."
    assert named_files(text) == (["docs/x.rst", "../y.md"], ["legacy/z.py"])
