"""`make chaos` in small: a server kills itself twice over one mail, nothing is lost; and the count would have told."""

from email import message_from_bytes

import pytest

from dev.acme import SUPPORT
from dev.chaos import letters
from dev.chaos.run import Run
from dev.chaos.stage import PREFIX, stage
from dev.services import database

KINDS = {"new": 5, "twice": 3, "nameless": 2, "poison": 2}


@pytest.fixture(scope="module")
def written():
    return letters.write(12, kinds=KINDS)


@pytest.fixture(scope="module")
def played(_slack, written):
    """A scenario that has come to its end."""
    with (
        database.installed(PREFIX) as source,
        stage(source, "smoke", _slack, [SUPPORT], point="settled", passages=(2, 3)) as play,
    ):
        run = Run(play, written, print)
        run.play_out()
        yield run


def test_a_server_that_dies_before_the_commit_loses_and_doubles_nothing(played, written):
    found = played.count("smoke")
    assert found.is_clean, f"{found.complaints} {found.figures}"
    assert found.figures["kills"] == 2
    kinds = [letter.becomes for letter in written]
    figures = [found.figures[name] for name in ("tickets", "failed")]
    assert figures == [kinds.count(letters.TICKET), kinds.count(letters.FAILED)]


def test_the_count_notices_what_is_lost_doubled_or_left_behind(played, written):
    odoo = played.play.servers[0].odoo
    lost, doubled = [letter.subject for letter in written if letter.becomes == letters.TICKET][:2]
    odoo.rpc("helpdesk.ticket", "unlink", odoo.rpc("helpdesk.ticket", "search", [("name", "=", lost)]))
    odoo.rpc(
        "helpdesk.ticket", "create", {"name": doubled, "description": "x", "team_id": played.play.helpdesk.team_id}
    )
    played.play.servers[0].stop()  # it would see to the mail at once
    with played.play.mailboxes.imap(SUPPORT) as imap:
        imap.store("1", "-FLAGS", "X-HELPDESK")
    found = played.count("smoke")
    assert not found.is_clean
    assert [found.figures[name] for name in ("lost", "doubled", "unflagged", "said twice")] == [1, 1, 1, 0]


def test_the_letters_are_the_same_in_each_run_and_of_every_kind():
    once, again = letters.write(200), letters.write(200)
    assert once == again
    assert len({letter.subject for letter in once}) == 200
    assert all(any(letter.subject.endswith(kind) for letter in once) for kind in letters.KINDS if kind != "reply")


def test_a_reply_comes_from_who_wrote_the_first_letter():
    written = {letter.subject: message_from_bytes(letter.raw) for letter in letters.write(200)}
    replies = [letter for letter in letters.write(200) if letter.becomes == letters.COMMENT]
    assert len(replies) > 20
    for letter in replies:
        first, reply = written[letter.answers], written[letter.subject]
        assert reply["From"] == first["From"]
        assert reply["In-Reply-To"] == first["Message-ID"]
