"""The count behind Slack's scenarios of `make chaos` can fail: whatever is wrong in the double is found and named.

Messages are put there by hand, as Odoo would; then one thing is broken.
"""

import time

import pytest

from dev.chaos import slack_waits
from dev.chaos.slack_kills import MOMENTS
from dev.chaos.slack_mending import FAULTS
from dev.chaos.slack_tally import Found, Held, Story
from dev.services.slack_double import SlackDouble

FIRST, SECOND = "Anna Agent took it", "Closed by Ben Agent after …"


def block(words):
    return [{"type": "section", "text": {"type": "mrkdwn", "text": words}}]


class Told:
    """A ticket that has been told: a first message and two lines."""

    def __init__(self, slack: SlackDouble):
        self.slack, self.client, self.channel = slack, slack.client(), slack.channels["support"]
        self.story = Story(42, self.channel, "Printer.", shows=("Done", "Anna|<@U1>"), lines=[FIRST, SECOND])
        self.root = self.post("<!channel> [ML-#42] Printer. — Jane Doe", blocks=block("Done Anna"))
        self.first = self.say(FIRST)
        self.second = self.say("Closed by Ben Agent after 2 min")

    def post(self, text, **more):
        arguments = {"channel": self.channel, "text": text, "blocks": block(text), **more}
        return self.client.chat_postMessage(**arguments)["ts"]

    def say(self, words, thread=None, **more):
        return self.post(f"[ML-#42] {words}", thread_ts=thread or self.root, **more)

    def delete(self, ts):
        self.client.chat_delete(channel=self.channel, ts=ts)

    def count(self):
        found = Held(self.slack).compare(self.story)
        assert found.is_clean == (not found.complaints)
        return found


@pytest.fixture
def told(slack):
    return Told(slack)


def test_a_thread_as_it_should_be_is_clean(told):
    assert told.count() == Found(expected=3, held=3)


@pytest.mark.parametrize(
    ("spoil", "figures"),
    [
        (lambda told: told.say(FIRST), {"twice": 1, "held": 4}),
        (lambda told: told.post("[ML-#42] Printer. — Jane Doe"), {"twice": 1, "held": 4}),
        (lambda told: told.delete(told.second), {"missing": 1, "held": 2}),
        (lambda told: (told.delete(told.first), told.say(FIRST)), {"disordered": 1, "held": 3}),
        (lambda told: told.say("Anna Agent sings"), {"wrong": 1, "held": 4}),
    ],
    ids=["a-line-twice", "a-first-message-twice", "a-line-missing", "lines-out-of-order", "a-line-nobody-said"],
)
def test_what_is_too_much_too_little_or_out_of_order_is_counted(told, spoil, figures):
    spoil(told)
    found = told.count()
    assert {name: getattr(found, name) for name in figures} == figures
    spoilt = [found.twice, found.missing, found.disordered, found.wrong]
    assert sum(spoilt) == 1, "and nothing else"
    assert "[ML-#42] Printer." in found.complaints[0]


def test_a_line_in_a_foreign_thread_or_below_nothing_is_found(told):
    foreign = told.post("[ML-#43] Another one.")
    told.delete(told.first)
    told.say(FIRST, thread=foreign)
    found = told.count()
    assert "in another thread" in found.complaints[0]
    assert (found.missing, found.wrong) == (0, 1)
    told.slack.reset()
    told = Told(told.slack)
    told.delete(told.first)
    told.say(FIRST, thread="1700000000.000001")
    found = told.count()
    assert (found.twice, found.missing) == (1, 1), "in the channel, it looks like another first message"


def test_a_first_message_that_does_not_show_the_present_is_found(told):
    told.client.chat_update(channel=told.channel, ts=told.root, text="[ML-#42] Printer.", blocks=block("New Anna"))
    assert "does not show Done" in told.count().complaints[0]
    told.client.chat_update(channel=told.channel, ts=told.root, text="[ML-#42] Toner.", blocks=block("Done <@U1>"))
    assert "the first message says Toner." in told.count().complaints[0]


def test_blocks_where_there_should_be_none_are_found_and_the_other_way_round(told):
    told.story.plain = {"Printer."}
    assert "the first message has blocks" in told.count().complaints[0]
    told.client.chat_update(channel=told.channel, ts=told.root, text="[ML-#42] Printer.", blocks=[])
    assert told.count().is_clean
    told.story.plain = {FIRST}
    complaint = told.count().complaints[0]
    assert "the first message is plain" in complaint
    assert f"“{FIRST}” has blocks" in complaint


def test_a_ticket_that_nobody_heard_of_is_untold(slack):
    found = Held(slack).compare(Story(7, slack.channels["support"], "Nobody", lines=[FIRST]))
    assert (found.expected, found.held, found.missing, found.untold) == (2, 0, 2, 1)


# The wire does what the scenarios believe it does


def test_a_fault_waits_for_the_message_it_is_meant_for(slack):
    client, channel = slack.client(), slack.channels["support"]
    slack.fault("429", "chat.postMessage", match="[ML-#2] ")
    client.chat_postMessage(channel=channel, text="[ML-#1] first")
    [armed] = slack.armed()
    assert armed["match"] == "[ML-#2] "
    with pytest.raises(Exception, match="ratelimited"):
        client.chat_postMessage(channel=channel, text="[ML-#2] second")
    assert not slack.armed()


def test_who_is_refused_is_served_again_when_it_is_over(slack):
    slack.fault("refuse", seconds=-1)
    with pytest.raises(OSError, match="refused"):
        slack.client().auth_test()
    slack.heal()
    started = time.monotonic()
    assert slack.client().auth_test()["ok"]
    assert time.monotonic() - started < 10


def test_a_line_below_a_deleted_message_lands_in_the_channel(told):
    root = told.post("[ML-#43] Tidied away")
    told.delete(root)
    late = told.say("Too late", thread=root)
    [message] = [message for message in told.slack.messages("support") if message["ts"] == late]
    assert "thread_ts" not in message


def test_every_fault_of_the_scenarios_is_one_the_wire_knows(slack):
    modes = {wire["mode"] for fault in FAULTS.values() for wire in (fault.wire, fault.edit) if wire}
    modes |= {how["mode"] for how in MOMENTS.values() if isinstance(how, dict)}
    slack.delay(0)
    for mode in modes - {"refuse"}:
        slack.fault(mode, "auth.test", error="frobnicated", delay=300)
        with pytest.raises(Exception, match=r"(?s)."):
            slack.client(timeout=0.2).auth_test()
        assert slack.calls("auth.test")[-1]["fault"] == mode
        assert not slack.armed()


def test_a_pause_that_was_cut_short_or_took_too_long_is_a_fault():
    lasted = {name: trouble.pause + 3 for name, trouble in slack_waits.TROUBLES.items()}
    assert slack_waits.judge(lasted) == []
    killed, asked, *_more = lasted
    [short] = slack_waits.judge({**lasted, killed: lasted[killed] - 5})
    assert "cut short" in short and killed in short
    [long] = slack_waits.judge({**lasted, asked: slack_waits.LONGEST + 1})
    assert asked in long
    [never] = slack_waits.judge({name: seconds for name, seconds in lasted.items() if name != asked})
    assert asked in never
