"""Which email in a real IMAP mailbox becomes a ticket, and what is left untouched."""

from contextlib import ExitStack

import pytest

from dev import scenario, sightings
from dev.acme import SUPPORT, customer_mail
from dev.scenario import Helpdesk
from dev.services import database
from dev.services.dovecot import dovecot
from dev.services.odoo_server import RpcError, odoo_server

LOG = "mailbox"
DATABASE = database.of_this_run("test_", LOG)
SHARED, OLD, FOLDERS = "shared@acme.example", "old@acme.example", "folders@acme.example"
FOLDER = "Anfragen Größe"
KEYWORD = "X-HELPDESK"


@pytest.fixture(scope="module")
def helpdesk():
    with ExitStack() as services:
        services.enter_context(database.database(DATABASE))
        mailboxes = services.enter_context(dovecot((SUPPORT, SHARED, OLD, FOLDERS), name=f"dovecot-{LOG}"))
        odoo = services.enter_context(odoo_server(DATABASE, name=f"odoo-{LOG}"))
        found = Helpdesk(odoo, None, mailboxes, None)
        found.team_id = odoo.rpc("helpdesk.ticket.team", "create", {"name": "Mailbox team"})
        yield found


def open_mailbox(helpdesk, user, **options):
    """A confirmed mailbox of the team, and the only one."""
    rpc = helpdesk.odoo.rpc
    rpc("fetchmail.server", "write", rpc("fetchmail.server", "search", []), {"active": False})
    scenario.open_mailbox(helpdesk.odoo, helpdesk.mailboxes, helpdesk.team_id, user, **options)


def flags(helpdesk, user, folder="INBOX"):
    """Subject -> flags of every email in a folder."""
    with helpdesk.mailboxes.imap(user, folder) as imap:
        _status, [numbers] = imap.search(None, "ALL")
        found = {}
        for number in numbers.split():
            _status, [(envelope, header), *rest] = imap.fetch(number, "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            shown = envelope + b"".join(part for part in rest if isinstance(part, bytes))
            found[header.decode().partition(":")[2].strip()] = shown.decode()
        return found


def deliver(helpdesk, user, subject):
    helpdesk.mailboxes.deliver(customer_mail(subject).as_bytes(), [user])


def log(helpdesk, subject):
    names = ["verdict", "reason", "attempts", "ticket_id"]
    return helpdesk.odoo.rpc("helpdesk.inbound.mail", "search_read", [("subject", "=", subject)], names)


def test_an_email_that_somebody_has_read_first_is_still_an_email(helpdesk):
    open_mailbox(helpdesk, SUPPORT)
    deliver(helpdesk, SUPPORT, "Read by a colleague")
    with helpdesk.mailboxes.imap(SUPPORT) as imap:
        imap.store("1:*", "+FLAGS", r"\Seen")
    helpdesk.fetch()
    sightings.ticket(helpdesk, "Read by a colleague")
    assert KEYWORD in flags(helpdesk, SUPPORT)["Read by a colleague"]


def test_a_handled_email_is_flagged_and_has_a_row(helpdesk):
    open_mailbox(helpdesk, SUPPORT)
    deliver(helpdesk, SUPPORT, "Handled")
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, "Handled")
    [row] = log(helpdesk, "Handled")
    assert (row["verdict"], row["attempts"], row["ticket_id"][0]) == ("created", 1, ticket["id"])
    assert KEYWORD in flags(helpdesk, SUPPORT)["Handled"]
    assert r"\Seen" in flags(helpdesk, SUPPORT)["Handled"]


def test_a_flag_that_was_lost_makes_no_second_ticket(helpdesk):
    open_mailbox(helpdesk, SUPPORT)
    deliver(helpdesk, SUPPORT, "Flag lost")
    helpdesk.fetch()
    with helpdesk.mailboxes.imap(SUPPORT) as imap:
        imap.store("1:*", "-FLAGS", rf"(\Seen {KEYWORD})")
    helpdesk.fetch()
    sightings.ticket(helpdesk, "Flag lost")
    assert len(log(helpdesk, "Flag lost")) == 1
    assert KEYWORD in flags(helpdesk, SUPPORT)["Flag lost"]


def test_what_lay_there_before_we_came_is_not_imported(helpdesk):
    deliver(helpdesk, OLD, "From last year")
    open_mailbox(helpdesk, OLD)
    deliver(helpdesk, OLD, "From today")
    helpdesk.fetch()
    sightings.ticket(helpdesk, "From today")
    assert not helpdesk.tickets("From last year")
    assert r"\Seen" not in flags(helpdesk, OLD)["From last year"]


def test_email_for_others_is_left_untouched(helpdesk):
    open_mailbox(helpdesk, SHARED, imap_recipient=f"Support <{SUPPORT.upper()}>")
    deliver(helpdesk, SHARED, "For us")
    other = customer_mail("For the boss")
    other.replace_header("To", "boss@acme.example, not-" + SUPPORT)
    helpdesk.mailboxes.deliver(other.as_bytes(), [SHARED])
    helpdesk.fetch()
    sightings.ticket(helpdesk, "For us")
    assert not helpdesk.tickets("For the boss")
    untouched = flags(helpdesk, SHARED)["For the boss"]
    assert r"\Seen" not in untouched and KEYWORD not in untouched


def test_a_folder_with_spaces_and_umlauts(helpdesk):
    name = '"Anfragen Gr&APYA3w-e"'  # modified UTF-7 (RFC 3501, 5.1.3)
    with helpdesk.mailboxes.imap(FOLDERS) as imap:
        imap.create(name)
    open_mailbox(helpdesk, FOLDERS, imap_folder=FOLDER)
    with helpdesk.mailboxes.imap(FOLDERS) as imap:
        imap.append(name, None, None, customer_mail("In a folder").as_bytes())
    helpdesk.fetch()
    sightings.ticket(helpdesk, "In a folder")


def test_a_missing_folder_is_named_with_those_that_are_there(helpdesk):
    with pytest.raises(RpcError, match="has no folder “Nowhere”.*INBOX"):
        open_mailbox(helpdesk, FOLDERS, imap_folder="Nowhere")


def test_an_email_over_the_limit_is_a_ticket_and_is_fetched_only_if_somebody_wants_it(helpdesk):
    open_mailbox(helpdesk, SUPPORT)
    mail = customer_mail("A film of it")
    mail.add_attachment(b"\x00" * 40_000_000, "video", "mp4", filename="film.mp4")
    helpdesk.mailboxes.deliver(raw := mail.as_bytes(), [SUPPORT])
    helpdesk.fetch()
    rpc = helpdesk.odoo.rpc
    [ticket] = helpdesk.tickets("A film of it")
    names = ["left_size", "can_fetch_left", "verdict"]
    [row] = rpc("helpdesk.inbound.mail", "search_read", [("ticket_id", "=", ticket["id"])], names)
    assert row["left_size"] > 50_000_000 and row["can_fetch_left"]
    files = [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket["id"])]
    assert rpc("ir.attachment", "search_count", files) == 0
    rpc("helpdesk.inbound.mail", "action_fetch_left", [row["id"]])
    [file] = sightings.wait_for(
        "the large email on its ticket", lambda: rpc("ir.attachment", "search_read", files, ["name", "file_size"])
    )
    # As the mail server has it: delivery adds headers, and line ends of two characters.
    assert file["name"] == "original.eml" and file["file_size"] >= len(raw)
    assert KEYWORD in flags(helpdesk, SUPPORT)["A film of it"]
