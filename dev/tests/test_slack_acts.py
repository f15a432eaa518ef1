"""People work tickets in Slack: clicks, forms, reactions, shortcuts, the command and App Home, against the double.

Odoo with its own cron hears by HTTP, in one test by Socket Mode as well. What a person sees is looked at in Slack.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from dev.acme import CHANNEL
from dev.scenario import _add_channel, _connect_slack, _freeze_address, _gather_team
from dev.services import database
from dev.services.listener import listener
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.sightings import wait_for

LOG = "acts"
DATABASE = database.of_this_run("test_", LOG)
SHORTCUT = {"name": "Create ticket", "type": "message", "callback_id": "helpdesk_create_ticket"}
APP = {"shortcuts": [SHORTCUT], "commands": [{"command": "/helpdesk"}]}


class Desk:
    """A team, its channel, and what people see there."""

    def __init__(self, odoo, slack):
        self.odoo, self.slack, self.rpc = odoo, slack, odoo.rpc
        _freeze_address(odoo)
        self.workspace = _connect_slack(odoo, slack)
        self.team = _gather_team(odoo, _add_channel(odoo, slack, self.workspace))
        self.rpc("helpdesk.ticket.team", "write", self.team, {"slack_reactions": True, "slack_replies": "note"})
        # The employee Carla knows Odoo, but not Helpdesk.
        carla = {"name": "Carla Clerk", "login": "carla@acme.example", "email": "carla@acme.example"}
        self.rpc("res.users", "create", carla, context={"no_reset_password": True})

    def by_http(self):
        """Let Slack deliver to the Request URL, which it verifies first."""
        self.rpc(
            "helpdesk.slack.workspace", "write", self.workspace, {"signing_secret_entry": self.slack.signing_secret}
        )
        url = f"{self.odoo.url}/helpdesk_bridge/slack/{self.workspace}"
        self.slack.two_way(request_url=url, **APP)
        wait_for("the workspace has buttons", lambda: self.workspace_says("has_buttons"))

    def workspace_says(self, name):
        return self.rpc("helpdesk.slack.workspace", "read", [self.workspace], [name])[0][name]

    def ticket(self, name):
        """A ticket whose card has buttons. :return: (its id, ts of the card)"""
        values = {"name": name, "description": "<p>x</p>", "team_id": self.team, "user_id": False}
        ticket = self.rpc("helpdesk.ticket", "create", values)
        return ticket, self.card_of(ticket)

    def card_of(self, ticket):
        threads = [("ticket_id", "=", ticket), ("is_current", "=", True)]
        look = lambda: self.rpc("helpdesk.slack.thread", "search_read", threads, ["ts"])  # noqa: E731
        return wait_for("its card", look)[0]["ts"]

    def says(self, ticket, *names):
        [found] = self.rpc("helpdesk.ticket", "read", [ticket], [*names])
        return [found[name][1] if isinstance(found[name], list) else found[name] for name in names]

    def buttons(self, card):
        """The labels on a card."""
        [message] = [one for one in self.slack.messages(CHANNEL) if one["ts"] == card]
        actions = [block for block in message["blocks"] if block["type"] == "actions"]
        return [one["text"]["text"] for block in actions for one in block["elements"] if "text" in one]

    def wait_for_buttons(self, card, *labels):
        return wait_for(f"{labels} on the card", lambda: self.buttons(card), lambda there: there == [*labels])

    def wait_for_words(self, person, words):
        """Until these words were said to a person alone."""
        told = lambda: [one["text"] for one in person.told()]  # noqa: E731
        return wait_for(f"“{words}” to {person.name}", told, lambda there: any(words in one for one in there))

    def wait_for_view(self, look, words):
        """Until a view has these words. :param look: gives the view"""
        return wait_for(f"a view with “{words}”", look, lambda view: view and words in str(view))

    def logged(self, ticket):
        """What the chatter says, with who did it."""
        mine = [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket)]
        rows = self.rpc("mail.message", "search_read", mine, ["body", "author_id"], order="id")
        return [(row["author_id"][1].rpartition(", ")[2], row["body"]) for row in rows]

    def outcome(self, ticket):
        """State and person of each row of the inbox about a ticket, oldest first."""
        rows = self.rpc(
            "helpdesk.slack.inbound", "search_read", [("ticket_id", "=", ticket)], ["state", "user_id"], order="id"
        )
        return [(row["state"], row["user_id"] and row["user_id"][1]) for row in rows]


@pytest.fixture(scope="module")
def desk():
    with database.database(DATABASE), ExitStack() as services:
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(DATABASE, name=f"odoo-{LOG}"))
        yield Desk(odoo, slack)


def test_a_card_has_buttons_as_soon_as_clicks_arrive(desk):
    _ticket, card = desk.ticket("Early")
    assert desk.buttons(card) == ["Open in Odoo"]
    desk.by_http()
    desk.wait_for_buttons(card, "Take", "Close", "Open in Odoo")


def test_take_close_and_reopen(desk):
    ticket, card = desk.ticket("Buttons")
    anna = desk.slack.person("anna")
    assert anna.click("helpdesk_take", CHANNEL, card)["acknowledged"]
    desk.wait_for_buttons(card, "Hand over", "Close", "Open in Odoo")
    assert desk.says(ticket, "user_id") == ["Anna Agent"]
    anna.click("helpdesk_close", CHANNEL, card)
    desk.wait_for_buttons(card, "Reopen", "Open in Odoo")
    desk.slack.person("ben").click("helpdesk_reopen", CHANNEL, card)
    desk.wait_for_buttons(card, "Hand over", "Close", "Open in Odoo")
    assert desk.outcome(ticket) == [("done", "Anna Agent"), ("done", "Anna Agent"), ("done", "Ben Agent")]
    said = [who_and_what for who_and_what in desk.logged(ticket) if "via Slack" in who_and_what[1]]
    assert [(who, "Taken" in what or "Closed" in what or "Reopened" in what) for who, what in said] == [
        ("Anna Agent", True),
        ("Anna Agent", True),
        ("Ben Agent", True),
    ]


def test_two_people_click_at_once_and_twice(desk):
    ticket, card = desk.ticket("Contested")
    people = [desk.slack.person(name) for name in ("anna", "ben", "anna", "ben")]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda person: person.click("helpdesk_take", CHANNEL, card), people))
    assert all(answer["acknowledged"] for answer in answers)
    are_over = lambda rows: [state for state, _user in rows if state != "pending"]  # noqa: E731
    wait_for("four rows", lambda: desk.outcome(ticket), lambda rows: len(are_over(rows)) == 4)
    [holder] = desk.says(ticket, "user_id")
    loser = desk.slack.person("ben" if holder == "Anna Agent" else "anna")
    desk.wait_for_words(loser, f"{holder} has")
    assert len([what for _who, what in desk.logged(ticket) if "Taken via Slack" in what]) == 1


def test_who_may_not_is_told_and_does_nothing(desk):
    ticket, card = desk.ticket("Guarded")
    for name, words in (("gina", "a guest"), ("mallory", "another Slack workspace"), ("carla", "may not read")):
        person = desk.slack.change_person(name, channels=[desk.slack.channels[CHANNEL]])
        person.click("helpdesk_close", CHANNEL, card)
        desk.wait_for_words(person, words)
    assert desk.says(ticket, "closed", "user_id") == [False, False]
    assert [state for state, _user in desk.outcome(ticket)] == ["ignored"] * 3


def test_a_form_is_opened_at_once_filled_and_submitted(desk):
    ticket, card = desk.ticket("Form")
    anna = desk.slack.person("anna")
    anna.click("helpdesk_menu", CHANNEL, card, "assign")
    assert anna.modal(), "it is there before the acknowledgement"
    desk.wait_for_view(anna.modal, "Ben Agent")
    ben = desk.rpc("res.users", "search", [("login", "=", "ben")])[0]
    assert anna.submit(value=str(ben))["ok"]
    wait_for("Ben has it", lambda: desk.says(ticket, "user_id") == ["Ben Agent"])
    gina = desk.slack.person("gina")
    gina.click("helpdesk_menu", CHANNEL, card, "stage")
    desk.wait_for_view(gina.modal, "a guest")


def test_reactions_take_and_a_check_mark_can_be_taken_back(desk):
    ticket, card = desk.ticket("Reactions")
    anna = desk.slack.person("anna")
    anna.react(CHANNEL, card, "eyes")
    wait_for("Anna has it", lambda: desk.says(ticket, "user_id") == ["Anna Agent"])
    anna.react(CHANNEL, card, "white_check_mark")
    desk.wait_for_words(anna, "Take the reaction back")
    anna.unreact(CHANNEL, card, "white_check_mark")
    wait_for("it is over", lambda: ("pending", "Anna Agent") not in desk.outcome(ticket))
    assert desk.says(ticket, "closed") == [False]


def test_a_message_becomes_a_ticket_with_its_thread(desk):
    anna, ben = desk.slack.person("anna"), desk.slack.person("ben")
    root = ben.post(CHANNEL, "The coffee machine is *broken*", files={"photo.txt": b"steam"})
    ben.post(CHANNEL, "Since noon", root["ts"])
    anna.shortcut("helpdesk_create_ticket", CHANNEL, root["ts"])
    view = desk.wait_for_view(anna.modal, "The coffee machine is")
    assert view["callback_id"] == "helpdesk_create_ticket"
    refused = anna.submit(title="Coffee", customer="jane@")
    assert set(refused["errors"]) == {"customer"}
    assert anna.submit(title="Coffee", customer="jane@customer.example")["ok"]
    [ticket] = wait_for("the ticket", lambda: desk.rpc("helpdesk.ticket", "search", [("name", "=", "Coffee")]))
    [found] = desk.rpc("helpdesk.ticket", "read", [ticket], ["description", "partner_email", "create_uid"])
    assert "<b>broken</b>" in found["description"]
    assert (found["partner_email"], found["create_uid"][1]) == ("jane@customer.example", "Anna Agent")
    assert [who for who, what in desk.logged(ticket) if "Since noon" in what] == ["Anna Agent"]
    attached = [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket)]
    assert [one["name"] for one in desk.rpc("ir.attachment", "search_read", attached, ["name"])] == ["photo.txt"]
    thread = lambda: [one["text"] for one in desk.slack.messages(CHANNEL, root["ts"])]  # noqa: E731
    wait_for("the link", thread, lambda there: any("Coffee" in one for one in there))
    ben.shortcut("helpdesk_create_ticket", CHANNEL, root["ts"])
    desk.wait_for_view(ben.modal, "a ticket of this thread already")


def test_the_command_lists_and_its_buttons_act(desk):
    ticket, _card = desk.ticket("Listed")
    anna = desk.slack.person("anna")
    anna.command(CHANNEL, "/helpdesk", "Listed")
    [answer] = wait_for("the list", lambda: [one for one in anna.told() if "Listed" in one["text"]])
    anna.click(f"helpdesk_take:{ticket}", CHANNEL, answer["ts"])
    wait_for("Anna has it", lambda: desk.says(ticket, "user_id") == ["Anna Agent"])
    wait_for("the list anew", lambda: [one for one in anna.told() if "Taken via Slack" in str(one)])


def test_app_home_shows_and_acts(desk):
    ticket, _card = desk.ticket("At home")
    ben = desk.slack.person("ben")
    ben.act("open_home")
    desk.wait_for_view(ben.home, "At home")
    ben.click(f"helpdesk_take:{ticket}", home=True)
    wait_for("Ben has it", lambda: desk.says(ticket, "user_id") == ["Ben Agent"])
    desk.wait_for_view(ben.home, f"helpdesk_hand_over:{ticket}")


def test_by_socket_the_same(desk):
    ticket, card = desk.ticket("Socket")
    desk.rpc("helpdesk.slack.workspace", "write", desk.workspace, {"app_token_entry": desk.slack.app_token})
    desk.slack.two_way(**APP)
    with listener(DATABASE, ("--look=1",), name=f"{LOG}-listener"):
        wait_for("the socket", desk.slack.sockets, lambda there: len(there) == 1)
        anna = desk.slack.person("anna")
        assert anna.click("helpdesk_menu", CHANNEL, card, "priority")["acknowledged"]
        assert anna.modal(), "it is there before the acknowledgement"
        desk.wait_for_view(anna.modal, "Very High")
        assert anna.submit(value="3")["ok"]
        wait_for("it is urgent", lambda: desk.says(ticket, "priority") == ["3"])
        root = anna.post(CHANNEL, "By socket")
        anna.shortcut("helpdesk_create_ticket", CHANNEL, root["ts"])
        desk.wait_for_view(anna.modal, "By socket")
        assert set(anna.submit(title=" ")["errors"]) == {"title"}, "the acknowledgement says so"
