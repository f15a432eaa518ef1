"""A context that authorises something, or changes behaviour, holds an object: plain values, which RPC can send, do
nothing. What buttons send as arguments in the context authorises nothing."""

from email.message import EmailMessage
from typing import NamedTuple
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..models.common import inbound_context, ir_cron
from ..models.inbound import helpdesk_ticket as helpdesk_inbound_ticket
from ..models.outbound import helpdesk_ticket_replies, helpdesk_ticket_templates, ir_mail_server, mail_mail
from ..models.outbound.helpdesk_ticket_replies import OutsideRecipients
from ..models.outbound.helpdesk_ticket_templates import RenderedReply
from ..models.slack import spoken_in
from ..models.ticket import helpdesk_ticket_events, helpdesk_ticket_reopening
from ..models.ticket.helpdesk_ticket_events import Speaker
from .common import new_test_user
from .outbound_case import JANE, OutboundCase, Smtp

ANYTHING = (True, 1, -1, "1", "True", "object", [1], [True])


class Row(NamedTuple):
    """:param plain: values that RPC can send, besides `ANYTHING`; :param objects: what the key really holds"""

    key: str
    effect: str
    plain: tuple
    objects: tuple


@tagged("post_install", "-at_install")
class TestContextKeys(OutboundCase):
    def setUp(self):
        super().setUp()
        self.jane = self.env["res.partner"].create({"name": "Jane Doe", "email": JANE})
        self.ticket = self.new_ticket(partner_id=self.jane.id)
        self.first = self.comment(self.ticket, "First.", user=self.agent)
        self.comment(self.ticket, "Last.", user=self.agent)
        self.note = self.comment(self.ticket, "She is angry.", user=self.agent, note=True)

    def rows(self):
        steps, eve = mail_mail.QueueStep, ["Eve", "eve@evil.example"]
        return [
            Row(inbound_context.FETCH_RUN_KEY, "_mail_in_hand", ({"mail": {"entry_id": 1}},), (self._run(),)),
            Row(
                ir_cron.AT_WORK_KEY,
                "_is_cron",
                (self.env.ref("mail.ir_cron_mail_scheduler_action").id,),
                (ir_cron.AT_WORK,),
            ),
            Row(
                helpdesk_ticket_reopening.ACCEPTED_KEY,
                "_reopens_late",
                ("accepted",),
                (helpdesk_ticket_reopening.ACCEPTED,),
            ),
            Row(
                helpdesk_ticket_events.SPEAKER,
                "_actor",
                ("The Boss", ["The Boss", True], {"name": "The Boss", "by_reply": True}),
                (Speaker("The Boss", by_reply=True),),
            ),
            Row(
                mail_mail.QUEUE_STEP,
                "_sent_at_once",
                ("at work", "handed over", *(value for step in steps for value in (step.name, step.value, str(step)))),
                (steps.RUNNING, steps.SENDING),  # the last one is looked at further in
            ),
            Row(helpdesk_ticket_replies.OUTSIDE, "_others_shown", ([eve], eve), (OutsideRecipients((tuple(eve),)),)),
            Row(helpdesk_ticket_replies.WITHOUT_LINKS, "_customer", ("yes",), (helpdesk_ticket_replies.NO_LINKS,)),
            Row(
                helpdesk_inbound_ticket.CARRIED_OVER_KEY,
                "_takes_a_reference",
                ("carried over",),
                (helpdesk_inbound_ticket.CARRIED_OVER,),
            ),
            Row(
                spoken_in.SPOKEN_IN,
                "_thread_hears_itself",
                (self.channel.id, [self.channel.id], {"channel_id": self.channel.id}),
                (spoken_in.SpokenIn(self.channel.id),),
            ),
            Row(
                ir_mail_server.SENDERS,
                "_sender",
                (self.SUPPORT, [self.SUPPORT], {"addresses": [self.SUPPORT]}),
                (ir_mail_server.MailboxSenders(frozenset({self.SUPPORT})),),
            ),
            Row(
                ir_mail_server.ACCEPTED,
                "_times_given_to_the_server",
                ({}, {"identifiers": {(JANE, None): "<1@y>"}}, ["<1@y>"]),
                (ir_mail_server.Accepted({}, []),),
            ),
            Row(
                helpdesk_ticket_templates.EMAIL_KEY,
                "_shown_to_a_stranger",
                ("email",),
                (helpdesk_ticket_templates.EMAIL,),
            ),
            Row(
                helpdesk_ticket_templates.RENDERED_REPLY,
                "_rendered",
                (*self.note.ids, self.note.ids, str(self.note.id), *self.first.ids, self.first.ids),
                (RenderedReply(self.first.id),),
            ),
        ]

    def _times_given_to_the_server(self, ticket):
        """How often the same email, sent twice, gets to the server."""
        given, message, servers = [], EmailMessage(), ticket.env["ir.mail_server"]
        message["To"] = JANE
        with patch.object(IrMail_Server, "send_email", lambda _self, sent: given.append(sent) or "<1@y>"):
            self.assertEqual([servers.send_email(message), servers.send_email(message)], ["<1@y>"] * 2)
        return len(given)

    def test_only_the_object_itself_has_an_effect(self):
        for key, effect, plain, objects in self.rows():
            without = self._effect(effect, {})
            for value in (*ANYTHING, *plain, *map(repr, objects)):
                with self.subTest(key=key, plain=value):
                    self.assertEqual(self._effect(effect, {key: value}), without)
            for value in objects:
                with self.subTest(key=key, object=value):
                    self.assertNotEqual(self._effect(effect, {key: value}), without, "this test would see it")

    def test_an_internal_note_is_never_shown_as_the_reply(self):
        key = helpdesk_ticket_templates.RENDERED_REPLY
        for value in (*self.note.ids, self.note.ids, str(self.note.id)):
            with self.subTest(value):
                [seen] = self._asked({key: value}).read(["letter_answer", "letter_quote"])
                self.assertIn("Last.", seen["letter_answer"])
                self.assertNotIn("angry", f"{seen['letter_answer']} {seen['letter_quote']}")

    def test_what_was_computed_for_a_plain_value_is_not_shown_for_the_object(self):
        key = helpdesk_ticket_templates.RENDERED_REPLY
        for value, words in ((self.first.ids, "Last."), (RenderedReply(self.first.id), "First.")):
            self.assertIn(words, self._asked({key: value}).letter_answer)

    def test_the_arguments_of_buttons_authorise_nothing(self):
        kinds = ("received", "answer", "closed")
        team, filters = self.team.with_user(self.agent), self.env["helpdesk.mail.filter"].with_user(self.agent)
        settings = self.env["res.config.settings"].create({}).with_user(self.agent)
        for key, values, records, method, arguments in (
            ("helpdesk_letter", kinds, team, "action_preview_letter", ()),
            ("helpdesk_letter", kinds, settings, "action_helpdesk_letter_preview", ()),
            ("helpdesk_letter", kinds, settings, "action_helpdesk_letter_test", ()),
            ("helpdesk_part", ("members", "company", "crons"), settings, "action_helpdesk_open_part", ()),
            ("helpdesk_filter_sender", ("*", JANE), filters, "create", ({"pattern": "*@y.example"},)),
        ):
            for value in values:
                with self.subTest(key=key, value=value, method=method), self.assertRaises(AccessError):
                    getattr(records.with_context(**{key: value}), method)(*arguments)

    def test_a_button_that_does_not_exist_does_nothing(self):
        settings = self.env["res.config.settings"].create({})
        for value in (None, True, 1, "", "ransom", ["received"], {"received": 1}):
            with self.subTest(value):
                with self.assertRaises(UserError):
                    settings.with_context(helpdesk_letter=value).action_helpdesk_letter_preview()
                with self.assertRaises(UserError):
                    self.team.with_context(helpdesk_letter=value).action_preview_letter()
                with self.assertRaises(UserError):
                    settings.with_context(helpdesk_part=value).action_helpdesk_open_part()

    # What each key does -----------------------------------------

    def _effect(self, name, context):
        """What happens with this context; it is undone afterwards."""
        result = None
        with self.env.cr.savepoint() as savepoint:
            result = getattr(self, name)(self._asked(context))
            savepoint.rollback()
        return result

    def _asked(self, context):
        """The ticket, as an agent asks for it."""
        return self.ticket.with_user(self.agent).with_context(**context)

    def _run(self):
        return inbound_context.FetchRun(mail=inbound_context.InboundMail(None))

    def _mail_in_hand(self, ticket):
        return bool(inbound_context.current(ticket.env)), bool(inbound_context.mail(ticket.env))

    def _is_cron(self, ticket):
        return ir_cron.at_work(ticket.env)

    def _shown_to_a_stranger(self, ticket):
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        template = self.env.ref("helpdesk_bridge.letter_answer").with_env(ticket.with_user(stranger).env)
        try:
            return template._render_field("body_html", ticket.ids)[ticket.id]
        except AccessError:
            return None

    def _reopens_late(self, ticket):
        self.company.helpdesk_reopen_days = "0"
        self.close(self.ticket)
        comment = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment", "author_id": self.jane.id}
        ticket.sudo().message_post(body="It burns again.", **comment)
        return self.ticket.closed

    def _takes_a_reference(self, ticket):
        taken = self.new_ticket().mail_reference
        try:
            ticket.sudo().legacy_reference = taken
        except ValidationError:
            return False
        return True

    def _actor(self, ticket):
        return ticket._bridge_actor()

    def _sent_at_once(self, ticket):
        values = {"model": ticket._name, "res_id": ticket.id, "email_to": JANE, "body_html": "x"}
        mail = ticket.env["mail.mail"].sudo().create({**values, "email_from": "a@b.example"})
        smtp, servers = Smtp(), type(self.env["ir.mail_server"])
        with (
            patch.object(servers, "_connect__", lambda *_args, **_kwargs: smtp),
            patch.object(servers, "_disable_send", classmethod(lambda cls: False)),
        ):
            mail.send()
        return len(smtp.sent)

    def _others_shown(self, ticket):
        return ticket._bridge_other_recipients([{"share": True, "email_normalized": "jane@customer.example"}])

    def _customer(self, ticket):
        return ticket._mail_get_partners()[ticket.id]

    def _thread_hears_itself(self, ticket):
        return spoken_in.is_spoken_in(ticket.env, self.channel)

    def _rendered(self, ticket):
        return ticket.letter_answer

    def _sender(self, ticket):
        self.company.alias_domain_id = self.env["mail.alias.domain"].create({"name": "alias.example"})
        self.env["ir.mail_server"].search([]).active = False
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "127.0.0.1"})
        return ticket.env["ir.mail_server"].sudo()._find_mail_server(self.SUPPORT)[1]
