"""What the demo adds to what the other tests try: its screen, its ports, and how it ends."""

import os
import pty
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from dev.demo import TROUBLE, at_home
from dev.demo_screen import Screen, plain
from dev.demo_send import words_for
from dev.demo_watch import Watch
from dev.paths import PYTHON_PATH, ROOT
from dev.services import ports
from dev.sightings import PATIENCE

WAITS_FOR_CTRL_C = """
import sys, time
sys.path[0] = {path!r}
from dev.demo_terminal import end_cleanly_on_signals, own_terminal
end_cleanly_on_signals()
try:
    with own_terminal():
        print("ready", flush=True)
        time.sleep(20)
except KeyboardInterrupt:
    sys.exit(3)
"""


def test_the_whole_way_is_seen():
    command, environ = [sys.executable, "-m", "dev.demo"], {**os.environ, "ONCE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "“@Anna Agent Customer replied (Jane Doe): ",
        "is closed, and says who did it: via Slack",
        "The whole way was seen.",
    ):
        assert words in done.stdout


def test_a_taken_port_is_avoided():
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]
        assert ports.prefer(taken) != taken
    assert ports.prefer(taken) == taken


def test_slack_s_markup_is_shown_as_people_read_it():
    assert plain("<!channel> &lt;b&gt; <https://a.example|here> :new:") == "@channel <b> here (https://a.example) 🆕"
    assert plain("<@U0ANNA> took it", {"U0ANNA": "Anna"}) == "@Anna took it"
    shown = plain("<!date^31500000^{date_short_pretty}|then>")
    assert shown == time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(31500000)), "and in which zone"


def test_another_email_says_what_its_subject_says():
    assert words_for("The coffee machine leaks!").splitlines()[2] == "The coffee machine leaks. Can you help, please?"


def test_a_path_in_the_home_folder_is_short():
    assert at_home(Path.home() / "logs" / "demo-*.log") == "~/logs/demo-*.log"
    assert at_home(Path("/nowhere/demo.log")) == "/nowhere/demo.log"


def test_a_message_is_shown_with_its_blocks(capsys):
    fields = [{"type": "mrkdwn", "text": "*Status*\nNew"}, {"type": "mrkdwn", "text": "*Assignee*\nNobody"}]
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Printer on fire"}},
        {"type": "section", "fields": fields},
        {"type": "section", "text": {"type": "mrkdwn", "text": ">Please help"}},
        {"type": "actions", "elements": [{"text": {"text": "Open"}, "url": "http://a.example"}]},
    ]
    Screen().message({"text": "Fallback", "blocks": blocks})
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert shown == [
        "text: Fallback",
        "┃ Printer on fire",
        "┃ Status: New Assignee: Nobody",
        "┃ > Please help",
        "┃ [ Open ] http://a.example",
    ]


def test_whatever_stands_in_slack_is_shown(capsys):
    words = [{"type": "text", "text": "See "}, {"type": "link", "url": "http://a"}, {"type": "emoji", "name": "x"}]
    menu = {"type": "overflow", "options": []}
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": words}]},
        {"type": "actions", "elements": [{"text": {"text": "Take"}}, {"text": {"text": "Close"}}, menu]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": ":writing_hand: Anna"}]},
        {"type": "divider"},
        *({"type": kind} for kind in ("header", "section", "actions", "context", "carousel")),
        {"type": "rich_text", "elements": [7]},
        {},
        None,
    ]
    Screen().message({"blocks": blocks, "files": [{"title": "photo.png"}, {}]})
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert shown[1:5] == [
        "┃ See http://a:x:",
        "┃ [ Take ] [ Close ] [ ⋯ ]",
        "┃ ✍ Anna",
        "┃ ────────────────────",
    ]
    assert shown[-2:] == ["┃ [photo.png]", "┃ [file]"]


def test_who_watches_sees_what_is_new_and_goes_on_when_slack_is_away(slack, capsys):
    anna, root = slack.person("anna"), slack.client().chat_postMessage(channel=slack.channels["support"], text="[#1] x")
    mails = []
    outside = SimpleNamespace(taken=0, messages=lambda: mails)
    watch = Watch(SimpleNamespace(slack=slack, inlet=outside, outgoing=outside), Screen())
    slack.two_way()
    anna.post("support", "Is the plug in?", root["ts"])
    mails.append({"envelope": {"to": [{"address": "jane@a.example"}]}, "from": [{"name": "Anna"}], "subject": "Re: x"})
    for _look in range(2):
        watch.look(TROUBLE)
    shown = capsys.readouterr().out
    assert (shown.count("a new line in a thread"), shown.count("jane@a.example has a mail from Anna")) == (1, 1)
    slack.fault("refuse", seconds=-1)
    anna.post("support", "It is.", root["ts"])
    for _look in range(2):
        watch.look(TROUBLE)
    assert capsys.readouterr().out.count("it is looked at again") == 1
    slack.heal()
    watch.look(TROUBLE)
    assert "It is." in capsys.readouterr().out


def test_ctrl_c_reaches_the_demo_and_not_what_started_it(tmp_path):
    script = tmp_path / "waits.py"
    script.write_text(WAITS_FOR_CTRL_C.format(path=str(PYTHON_PATH)))
    above = f"trap 'echo interrupted' INT; {sys.executable} {script}; echo status $?; read word; echo got $word"
    child, terminal = pty.fork()
    if not child:
        os.execvp("sh", ["sh", "-c", above])
    read_until(terminal, "ready")
    os.write(terminal, b"\x03")
    shown = read_until(terminal, "status 3")
    assert "interrupted" not in shown
    os.write(terminal, b"back\n")
    read_until(terminal, "got back")
    os.waitpid(child, 0)


def read_until(terminal, text):
    """What a terminal shows up to a text."""
    shown = ""
    while text not in shown:
        assert select.select([terminal], [], [], PATIENCE)[0], f"no “{text}” after {shown!r}"
        shown += os.read(terminal, 1024).decode()
    return shown
