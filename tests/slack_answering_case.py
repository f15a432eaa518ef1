"""For tests of replies to customers from Slack: the form, what is typed in it, and what became of it."""

from .slack_acts_case import ANNA, CHANNEL, SlackActsCase

JANE, BOB = "jane@customer.example", "bob@partner.example"


class SlackAnsweringCase(SlackActsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": JANE})
        cls.team.slack_replies = "note_and_send"
        cls.ticket.write({"partner_id": cls.jane.id, "email_cc": f"Bob <{BOB}>", "user_id": False})
        cls.Outbox.search([("ticket_id", "=", cls.ticket.id)]).write({"state": "sent"})
        cls.Reply = cls.env["helpdesk.ticket.reply"]
        cls.slack.messages.append({"channel": CHANNEL, "ts": cls.root_ts, "text": "root", "blocks": []})

    def setUp(self):
        super().setUp()
        self.slack.messages[:] = [{"channel": CHANNEL, "ts": self.root_ts, "text": "root", "blocks": []}]

    # ------------------------------------------------------------

    def submission(self, view, user=ANNA, **chosen):
        """As in Slack, with checkboxes. :param chosen: by the name of the input; recipients as addresses"""
        state = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            element = block["element"]
            name, field = element["action_id"], {"type": element["type"]}
            if element["type"] in ("checkboxes", "multi_static_select"):
                field["selected_options"] = element.get("initial_options", [])
                if name in chosen:
                    field["selected_options"] = [{"value": value} for value in chosen[name]]
            else:
                field["value"] = chosen.get(name, element.get("initial_value")) or None
            state[block["block_id"]] = {name: field}
        return self.interaction(
            "view_submission", user, view={"id": f"V{id(view)}", "hash": "1.1", **view, "state": {"values": state}}
        )

    def open(self, user=ANNA):
        """Somebody presses *Reply to customer*. :return: the modal"""
        self.do(self.click("reply", user))
        return self.modal()

    def submit(self, text="Unplug it.", user=ANNA, view=None, **chosen):
        """:return: the reply"""
        self.do(self.submission(view or self.open(user), user, text=text, **chosen))
        return self.Reply.search([("ticket_id", "=", self.ticket.id)], limit=1)

    def input(self, view, name):
        found = [one["element"] for one in view["blocks"] if one.get("element", {}).get("action_id") == name]
        return found[0] if found else None

    def line(self, event):
        """The last message about an event in the thread."""
        row = self.entries(self.ticket).filtered(lambda one: one.event == event)[-1:]
        return next((one for one in self.slack.messages if one["ts"] == row.slack_ts), None)

    def press(self, name, reply, user=ANNA):
        line = self.line("reply_held" if reply.state == "held" else "reply_stopped") or self.line("reply_held")
        return self.do(self.click(name, user, ts=line["ts"], ticket=reply))

    def mailed(self):
        mails = self.env["mail.mail"].search([("model", "=", "helpdesk.ticket"), ("res_id", "=", self.ticket.id)])
        outside = mails.filtered(lambda one: one.email_to or any(one.recipient_ids.mapped("partner_share")))
        return sorted(outside.mapped("helpdesk_to"))

    def said(self):
        return [one.preview for one in self.ticket._bridge_said() if not one.author_id.partner_share]

    def jane_writes(self, words, **values):
        return self.comment(self.ticket, words, author=self.jane, **values)

    def choose(self, view, template, user=ANNA, **typed):
        """Somebody chooses a canned reply. :param view: what they see; :param typed: by the name of the input"""
        action = {"action_id": "helpdesk_canned", "type": "static_select", "action_ts": self.next_ts()}
        action["selected_option"] = {"value": str(template.id)}
        shown = self.submission(view, user, **typed)["view"]
        return self.interaction("block_actions", user, view=shown, actions=[action], container={"type": "view"})

    def canned(self, *bodies):
        values = {"model_id": self.env["ir.model"]._get_id("helpdesk.ticket"), "helpdesk_canned": True}
        return self.env["mail.template"].create(
            [{**values, "name": body, "body_html": f"<p>{body}</p>"} for body in bodies]
        )
