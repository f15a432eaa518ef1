"""`make chaos` in small: a server kills itself twice over one email, nothing is lost; and the count would have told."""

from email import message_from_bytes

import pytest

from dev.acme import SUPPORT
from dev.chaos import mails, sla
from dev.chaos.run import Run
from dev.chaos.stage import PREFIX, stage
from dev.chaos.tally import COLUMNS, Tally
from dev.services import database

KINDS = {"new": 5, "twice": 3, "nameless": 2, "poison": 2}


@pytest.fixture(scope="module")
def written():
    return mails.write(12, kinds=KINDS)


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


@pytest.fixture(scope="module")
def found(played):
    """What was counted at its end, before anybody broke anything."""
    return played.count("smoke").expect_kills(2)


def test_a_server_that_dies_before_the_commit_loses_and_doubles_nothing(found, written):
    assert found.is_clean, f"{found.complaints} {found.figures}"
    kinds = [mail.becomes for mail in written]
    figures = [found.figures[name] for name in ("tickets", "failed")]
    assert figures == [kinds.count(mails.TICKET), kinds.count(mails.FAILED)]


def test_the_count_notices_what_is_lost_doubled_or_left_behind(played, found, written):
    odoo = played.play.servers[0].odoo
    lost, doubled = [mail.subject for mail in written if mail.becomes == mails.TICKET][:2]
    odoo.rpc("helpdesk.ticket", "unlink", odoo.rpc("helpdesk.ticket", "search", [("name", "=", lost)]))
    odoo.rpc(
        "helpdesk.ticket", "create", {"name": doubled, "description": "x", "team_id": played.play.helpdesk.team_id}
    )
    played.play.servers[0].stop()  # it would see to the email at once
    with played.play.mailboxes.imap(SUPPORT) as imap:
        imap.store("1", "-FLAGS", "X-HELPDESK")
    spoilt = played.count("smoke")
    assert found.is_clean
    assert not spoilt.is_clean
    assert [spoilt.figures[name] for name in ("lost", "doubled", "unflagged", "said twice")] == [1, 1, 1, 0]


def test_a_server_that_dies_between_what_is_recorded_and_what_is_told_tells_each_breach_once(_slack):
    """Of three batches the first is interrupted, and the one after it is not."""
    with database.installed(PREFIX) as source:
        found = sla.fall_due(source, _slack, print, clocks=150, servers=1, kills=(), passages=(1, 3))
    assert found.is_clean, f"{found.complaints} {found.figures}"


def test_a_kill_that_did_not_happen_is_a_complaint():
    tally = Tally("smoke", {**dict.fromkeys(COLUMNS, 0), "kills": 1})
    assert tally.expect_kills(1).is_clean
    assert tally.expect_kills(2).complaints == ["1 kills, not 2"]
    assert not tally.is_clean


def test_the_emails_are_the_same_in_each_run_and_of_every_kind():
    once, again = mails.write(200), mails.write(200)
    assert once == again
    assert len({mail.subject for mail in once}) == 200
    assert all(any(mail.subject.endswith(kind) for mail in once) for kind in mails.KINDS if kind != "reply")


def test_a_reply_comes_from_who_wrote_the_first_email():
    written = {mail.subject: message_from_bytes(mail.raw) for mail in mails.write(200)}
    replies = [mail for mail in mails.write(200) if mail.becomes == mails.COMMENT]
    assert len(replies) > 20
    for mail in replies:
        first, reply = written[mail.answers], written[mail.subject]
        assert reply["From"] == first["From"]
        assert reply["In-Reply-To"] == first["Message-ID"]
