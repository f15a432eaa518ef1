"""For tests of what people do in Slack: clicks, forms, shortcuts, commands in their true shapes, and what they see."""

import json

from .common import new_test_user
from .slack_inbound_case import ANNA, APP, BEN, CHANNEL, TEAM, SlackInboundCase
from .unit.slack_blocks import message_problems, view_problems


class SlackActsCase(SlackInboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = new_test_user(
            cls.env,
            "ben",
            groups="helpdesk_mgmt.group_helpdesk_user",
            name="Ben Colleague",
            email="ben@example.com",
        )
        cls.team.user_ids = cls.agent | cls.ben
        cls.workspace.write({"signing_secret": "8f742231b10e8888abcd99yyyzzz85a5"})
        cls.workspace.write({"request_url_verified_at": "2026-01-01 00:00:00", "has_buttons": True})
        cls.workspace.slack_url = "https://acme.slack.example/"
        cls.done_stage = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.slack.message_problems, cls.slack.view_problems = message_problems, view_problems
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.slack.refused.clear()
        self.addCleanup(lambda: self.assertEqual(self.slack.refused, [], "what Slack would not take"))

    # ------------------------------------------------------------
    # What Slack delivers
    # ------------------------------------------------------------

    def interaction(self, kind, user=ANNA, **values):
        """What every interaction has: https://docs.slack.dev/reference/interaction-payloads"""
        type(self).number += 1
        trigger = f"{self.number}.{self.number}.abcdef"
        self.slack.triggers.add(trigger)
        return {
            "type": kind,
            "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM},
            "api_app_id": APP,
            "token": "outdated-verification-token",
            "trigger_id": trigger,
            "team": {"id": TEAM, "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            **values,
        }

    def click(self, name, user=ANNA, option=None, ts=None, ticket=None, **values):
        """A click on a button, or a choice from the menu, of the ticket's first message."""
        ts = ts or self.root_ts
        action = {
            "type": "overflow" if option else "button",
            "action_id": f"helpdesk_{name}" + (f":{ticket.id}" if ticket else ""),
            "block_id": "b1",
            "action_ts": self.next_ts(),
        }
        if option:
            action["selected_option"] = {"text": {"type": "plain_text", "text": "x", "emoji": False}, "value": option}
        return self.interaction(
            "block_actions",
            user,
            **{
                "container": {"type": "message", "message_ts": ts, "channel_id": CHANNEL, "is_ephemeral": False},
                "channel": {"id": CHANNEL, "name": "support"},
                "message": {"type": "message", "ts": ts, "bot_id": "B0BOT0001", "app_id": APP, "text": "x"},
                "state": {"values": {}},
                "response_url": self.slack.response_url,
                "actions": [action],
                **values,
            },
        )

    def click_in(self, view_or_message, label, user=ANNA, option=None, home=False):
        """A click on the first button with this label, or on an entry of the first menu, of a list."""
        blocks = [block for block in view_or_message["blocks"] if block["type"] == "actions"]
        for block in blocks:
            for element in block["elements"]:
                choices = element.get("options") or [element]
                found = [one for one in choices if one["text"]["text"] == label]
                if found:
                    action = {"type": element["type"], "action_id": element["action_id"]}
                    action |= {"block_id": block["block_id"], "action_ts": self.next_ts()}
                    action |= {"selected_option": found[0]} if "options" in element else {}
                    return self._click_in(action, view_or_message, user, home)
        raise AssertionError(f"there is no {label}")

    def _click_in(self, action, view, user, home):
        if home:
            more = {"container": {"type": "view", "view_id": "V1"}, "view": {**view, "id": "V1", "hash": "1.1"}}
        else:
            ts = self.next_ts()
            container = {"type": "message", "message_ts": ts, "channel_id": "D0DIRECT01", "is_ephemeral": True}
            more = {"container": container, "channel": {"id": "D0DIRECT01", "name": "directmessage"}}
            more["response_url"] = self.slack.response_url
        return self.interaction("block_actions", user, actions=[action], **more)

    def shortcut(self, message, user=ANNA, callback="helpdesk_create_ticket", **values):
        """A shortcut on a message: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""
        return self.interaction(
            "message_action",
            user,
            **{
                "callback_id": callback,
                "action_ts": self.next_ts(),
                "channel": {"id": CHANNEL, "name": "support"},
                "message_ts": message["ts"],
                "message": message,
                "response_url": self.slack.response_url,
                **values,
            },
        )

    def command(self, text="", user=ANNA, **values):
        """A slash command: https://docs.slack.dev/interactivity/implementing-slash-commands"""
        type(self).number += 1
        return {
            "token": "outdated-verification-token",
            "team_id": TEAM,
            "team_domain": "acme",
            "channel_id": "D0DIRECT01",
            "channel_name": "directmessage",
            "user_id": user,
            "user_name": "somebody",
            "command": "/helpdesk",
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self.slack.response_url,
            "trigger_id": f"{self.number}.{self.number}.abcdef",
            **values,
        }

    def opened_home(self, user=ANNA, **values):
        """Somebody opens App Home: https://docs.slack.dev/reference/events/app_home_opened"""
        event = {"type": "app_home_opened", "user": user, "channel": "D0DIRECT01", "tab": "home"}
        return self.envelope({**event, "event_ts": self.next_ts(), **values})

    def said(self, text, user=ANNA, thread_ts=None, **values):
        """A message that somebody wrote in the channel, which Slack has."""
        ts = self.slack.next_ts()
        message = {"type": "message", "user": user, "text": text, "ts": ts, "team": TEAM, **values}
        if thread_ts:
            message["thread_ts"] = thread_ts
        self.slack.messages.append({**message, "channel": CHANNEL})
        return message

    def submission(self, view, user=ANNA, **chosen):
        """Somebody submits a form. :param view: as the app has shown it; :param chosen: by the name of the input"""
        state = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            element, name = block["element"], block["block_id"]
            field = {"type": element["type"]}
            if element["type"] == "static_select":
                value = chosen.get(name, element.get("initial_option", {}).get("value"))
                field["selected_option"] = None if value is None else {"text": {}, "value": str(value)}
            else:
                field["value"] = chosen.get(name, element.get("initial_value")) or None
            state[name] = {element["action_id"]: field}
        shown = {**view, "id": "V1", "hash": "1.1", "state": {"values": state}, "app_id": APP}
        return self.interaction("view_submission", user, view=shown, response_urls=[])

    def reaction(self, name, user=ANNA, ts=None, removed=False, **values):
        """Somebody reacts to a message, or takes that back: https://docs.slack.dev/reference/events/reaction_added"""
        event = {
            "type": "reaction_removed" if removed else "reaction_added",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": CHANNEL, "ts": ts or self.root_ts},
            "event_ts": self.next_ts(),
            **values,
        }
        return self.envelope(event)

    # ------------------------------------------------------------
    # What the person sees
    # ------------------------------------------------------------

    def deliver_to_odoo(self, body):
        """As a transport does it: store, open, acknowledge. :return: the acknowledgement"""
        delivery = self.Inbox._receive(self.workspace, "http", body)
        delivery.open()
        return delivery.answer

    def do(self, body):
        """Somebody does something, and the cron carries it out. :return: the row"""
        before = self.Inbox.search([])
        self.deliver_to_odoo(body)
        self.work_off()
        return self.Inbox.search([]) - before

    def told(self):
        """What was said to the person alone since the last time."""
        words = [answer["text"] for answer in self.slack.responses + self.slack.ephemeral]
        self.slack.responses.clear()
        self.slack.ephemeral.clear()
        return words

    def modal(self):
        """The view that was opened last."""
        return list(self.slack.views.values())[-1]

    def modal_text(self):
        return "\n".join(block["text"]["text"] for block in self.modal()["blocks"])

    def buttons(self, ticket=None):
        """The labels of what can be clicked in the ticket's first message, of the menu's entries too."""
        [root] = [m for m in self.slack.messages if m["ts"] == (ticket or self.ticket).slack_thread_id.ts]
        return self.labels(root["blocks"])

    def labels(self, blocks):
        found = []
        for element in (one for block in blocks if block["type"] == "actions" for one in block["elements"]):
            options = element.get("options") or [element]
            found += [option["text"]["text"] for option in options]
        return found

    def logged(self, ticket=None):
        """What the chatter says by itself, oldest first, with who did it."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = (ticket or self.ticket).message_ids.filtered(
            lambda one: one.body and one.message_type == "notification"
        )
        return [(one.author_id.name, one.preview) for one in messages.sorted("id")]

    @staticmethod
    def about(view):
        return json.loads(view["private_metadata"])


__all__ = ["ANNA", "BEN", "CHANNEL", "SlackActsCase"]
