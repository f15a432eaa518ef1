"""What a mail may do to a ticket: open one, join one, reopen one, or none of it.

A file of its own beside `helpdesk_ticket`, because what strangers may do to a ticket is a concern of its own. The
router has judged the mail (`helpdesk_inbound_router`); here is done what it decided. Whatever arrives otherwise, a
customer's word in the portal for instance, reopens as a mail does.
"""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, email_normalize_all
from odoo.tools.mail import email_split_and_format

from ..tools import reference
from ..tools.routing import Way
from . import fetch_run
from .helpdesk_ticket_story import SPEAKER

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"
#: A ticket's title is one line in a list; the whole subject stands on its message.
MAX_TITLE = 250


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"
    # By this field core's guard against loops counts the tickets of a sender.
    _primary_email = "partner_email"

    previous_ticket_id = fields.Many2one("helpdesk.ticket", copy=False, index="btree_not_null", groups=AGENTS)
    legacy_reference = fields.Char(
        copy=False,
        index="btree_not_null",
        groups=AGENTS,
        help="What the ticket was called in a former system, for instance [ML-#42]: replies with it are found.",
    )
    mail_silent = fields.Boolean(
        string="No Automatic Letters",
        copy=False,
        groups=AGENTS,
        help="The sender is a program, or somebody whom automatic letters must not be sent to.",
    )
    email_failing = fields.Boolean(
        string="Mail Comes Back", copy=False, groups=AGENTS, help="A mail to this ticket's customer came back."
    )
    inbound_mail_ids = fields.One2many("helpdesk.inbound.mail", "ticket_id", string="Inbound Mails", groups=AGENTS)
    inbound_mail_count = fields.Integer(compute="_compute_inbound_mail_count", groups=AGENTS)

    claim_id = fields.Many2one(
        "helpdesk.inbound.mail",
        compute="_compute_claim",
        compute_sudo=True,
        groups=AGENTS,
        help="The mail that opened this ticket and names another one, whose ticket its sender is not on.",
    )
    claimed_reference = fields.Char(compute="_compute_claim", compute_sudo=True, groups=AGENTS)

    _partner_email_index = models.Index("(partner_email, create_date)")

    def _compute_inbound_mail_count(self):
        for ticket in self:
            ticket.inbound_mail_count = len(ticket.inbound_mail_ids)

    @api.depends("inbound_mail_ids.verdict", "inbound_mail_ids.named_ticket_id")
    def _compute_claim(self):
        for ticket in self:
            ticket.claim_id = ticket.inbound_mail_ids.filtered("can_accept")[:1]
            ticket.claimed_reference = ticket.claim_id.named_reference

    def action_accept_mail(self):
        """Let the mail of this ticket join the ticket it names."""
        self.ensure_one()
        self.check_access("write")
        return self.claim_id.with_env(self.env).action_accept()

    @api.constrains("legacy_reference")
    def _check_legacy_reference(self):
        for ticket in self.sudo().filtered("legacy_reference"):
            found = reference.references_in(f"[{ticket.legacy_reference.strip(' []')}]")
            if len(found) != 1:
                raise ValidationError(
                    self.env._("“%s” is no reference. Write it as in a subject: [ML-#42].", ticket.legacy_reference)
                )
            if ticket.legacy_reference != reference.reference(*found[0]):
                ticket.legacy_reference = reference.reference(*found[0])

    # ------------------------------------------------------------
    # Who is on the ticket
    # ------------------------------------------------------------

    def _bridge_prefixes(self):
        """The prefixes, in upper case, by which mails may name this ticket: today's and former ones."""
        self.ensure_one()
        company = self.company_id
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=False)
        teams = teams.search([("company_id", "in", [company.id, False])])
        words = [company.helpdesk_ticket_prefix, *(company.helpdesk_former_prefixes or "").split()]
        for team in teams:
            words += [team.ticket_prefix, *(team.former_prefixes or "").split()]
        return {word.upper() for word in words if word}

    def _bridge_living(self):
        """This ticket, or the one that an agent has merged it into."""
        ticket = self.exists()
        for _step in range(10):
            if ticket.active or not ticket.duplicate_id:
                break
            ticket = ticket.duplicate_id
        return ticket

    def _bridge_addresses(self):
        """Addresses of the customer, and of those who were in Cc of the first mail or whom an agent added."""
        self.ensure_one()
        return self._bridge_customer_addresses() | set(email_normalize_all(self.email_cc or ""))

    def _bridge_customer_addresses(self):
        """The address that the customer wrote from, and that of the contact."""
        known = {email_normalize(self.partner_email or ""), self.partner_id.email_normalized}
        return {address for address in known if address}

    def _bridge_may_join(self, letter):
        """Whether the sender of a mail is on this ticket.

        :return: (whether, why in plain words)
        """
        if not self:
            return False, self.env._("that ticket is gone")
        if letter.is_agents and self.with_user(letter.agent).has_access("read"):
            return True, self.env._("the sender is an agent (%s)", letter.proof.reason)
        if not letter.sender:
            return False, self.env._("the mail has no sender")
        if letter.sender in self._bridge_customer_addresses():
            return True, self.env._("sender is the customer")
        if letter.is_unproven_agents:
            return False, self.env._(
                "nothing proves that an agent wrote it (%s)", letter.proof.reason or self.env._("not from a mailbox")
            )
        if letter.sender in self._bridge_addresses():
            return True, self.env._("sender is in Cc of the ticket")
        # Who was an agent once still follows; a name that customers take for the team's needs a proof.
        everybody = self.message_partner_ids.with_context(active_test=False)
        if letter.partners & everybody.filtered(lambda partner: all(partner.user_ids.mapped("share"))):
            return True, self.env._("sender follows the ticket")
        if letter.partners.commercial_partner_id & self.commercial_partner_id:
            return True, self.env._("sender belongs to the customer")
        return False, self.env._("the sender is not on that ticket")

    def _bridge_is_expired(self):
        """Whether this ticket was closed too long ago for a reply to reopen it."""
        self.ensure_one()
        days = self.team_id.reopen_days or self.company_id.helpdesk_reopen_days
        if not self.closed or not days:
            return False
        closed_since = self.closed_date or self.last_stage_update
        return not closed_since or closed_since <= fields.Datetime.now() - timedelta(days=int(days))

    # ------------------------------------------------------------
    # The gateway's calls
    # ------------------------------------------------------------

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """As core, but exactly this address: with an index, and counting nobody else's tickets."""
        return [("partner_email", "=", email_from_normalized)]

    @api.model
    def _bridge_mailbox_team_id(self):
        """The team of the mailbox a mail came from; core names the mailbox in the default of a mail.mail field."""
        mail = fetch_run.mail(self.env)
        if mail and mail.entry_id:
            return mail.team_id
        mailbox_id = self.env.context.get("default_fetchmail_server_id")
        return self.env["fetchmail.server"].sudo().browse(mailbox_id).helpdesk_team_id.id

    @api.model
    def message_new(self, msg, custom_values=None):
        """A mail has no agent yet, came by mail, and belongs to the team of the mailbox that fetched it."""
        mail, team_id = fetch_run.mail(self.env), (custom_values or {}).get("team_id")
        if mail and team_id in mail.letters:
            mail.letter = mail.letters[team_id]
        letter = fetch_run.letter(self.env)
        email_channel = "helpdesk_mgmt.helpdesk_ticket_channel_email"
        values = {
            "user_id": False,
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id(email_channel, raise_if_not_found=False),
            **(custom_values or {}),
        }
        if not letter:
            values.setdefault("team_id", self._bridge_mailbox_team_id())
            return super().message_new(msg, custom_values=values)
        values.update(self._bridge_letter_values(letter, msg))
        # A mail that nothing proves makes nobody a follower; helpdesk_mgmt subscribes whom it knows of To and Cc.
        heard = msg if letter.is_agents else {**msg, "to": "", "cc": ""}
        # core fills the primary address from here, whatever the values say.
        heard = {**heard, "email_from": values["partner_email"]}
        ticket = super().message_new(heard, custom_values=values)
        if letter.is_unproven_agents:
            msg["author_id"] = False
        elif not letter.is_agents:
            msg["author_id"] = values["partner_id"]
        mail.made.append(ticket.id)
        ticket._bridge_mark_for_assignment()
        if letter.ticket:
            ticket._bridge_refer(letter.ticket, letter.way)
        if not letter.silence and not letter.original:
            self.env["helpdesk.letter"].sudo()._owe(ticket, "received")
        return ticket

    @api.model
    def _bridge_letter_values(self, letter, msg):
        """What a new ticket takes from a mail, beside what helpdesk_mgmt takes."""
        original = letter.original
        name, address = (original.name, original.address) if original else (letter.name, letter.sender)
        title = original.subject if original else msg.get("subject") or ""
        if letter.ticket:
            title = reference.clean_subject(title)
        partner = self.env["helpdesk.inbound.router"]._customer(letter, name, address)
        return {
            "name": " ".join(title.split())[:MAX_TITLE] or self._bridge_untitled(letter.company),
            "partner_id": partner.id,
            "partner_name": name or partner.name or False,
            "partner_email": address or False,
            "email_cc": msg.get("cc_filtered") or False,
            "mail_silent": bool(letter.silence) and not original,
            "mail_thread_index": letter.thread_index or False,
            "previous_ticket_id": letter.ticket.id if letter.way is Way.FOLLOW_UP else False,
        }

    @api.model
    def _bridge_untitled(self, company):
        return self.with_context(lang=company.partner_id.lang or self.env.lang).env._("(no subject)")

    def message_update(self, msg, update_vals=None):
        """Only an agent's mail adds people to a ticket; whom others add in Cc is left to an agent to decide."""
        letter = fetch_run.letter(self.env)
        if not letter or (letter.is_agents and letter.way is not Way.NOTE):
            return super().message_update(msg, update_vals=update_vals)
        added = set(email_normalize_all(msg.get("cc_filtered") or "")) - self._bridge_addresses()
        added -= set(self.message_partner_ids.mapped("email_normalized"))
        if added and letter.way is Way.JOIN:
            self._message_log(
                body=self.env._(
                    "%(sender)s wrote with %(people)s in Cc. Add them to Cc here if they shall have the answers.",
                    sender=letter.sender,
                    people=", ".join(sorted(added)[:20]),
                )
            )
        msg["to_filtered"] = msg["cc_filtered"] = ""
        return super().message_update({**msg, "to": "", "cc": ""}, update_vals=update_vals)

    def message_post(self, **kwargs):
        """core tells the author of the mail that this one answers, be it a note: neither a note nor what nothing proves
        is told to anybody by mail. An agent's answer is for the customer, whomever it answers."""
        letter = fetch_run.letter(self.env)
        if letter and kwargs.get("message_id") == letter.message_id:
            if not letter.is_agents or letter.way is Way.NOTE:
                kwargs["partner_ids"] = []
            elif letter.way is Way.JOIN and not kwargs.get("is_internal"):
                kwargs.update(self._bridge_answer_recipients(kwargs.get("partner_ids")))
        return super().message_post(**kwargs)

    def _bridge_answer_recipients(self, partner_ids=()):
        """Whom an agent's answer goes to, as arguments of `message_post`: customers are no followers."""
        self.ensure_one()
        # core mails nothing to a contact who is archived.
        partner = self.partner_id.filtered(lambda partner: partner.active and partner.email_normalized)
        written = [] if partner else [self.partner_email or self.partner_id.email or ""]
        others = [address for text in (*written, self.email_cc or "") for address in email_split_and_format(text)]
        return {
            "partner_ids": [*{*(partner_ids or ()), *partner.ids}],
            "outgoing_email_to": ", ".join(others) or False,
        }

    # ------------------------------------------------------------
    # What follows from a customer's word
    # ------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # Whoever writes in the portal sees neither teams nor stages.
        ticket_sudo = self.sudo()
        waits = ticket_sudo.closed or not ticket_sudo.active or ticket_sudo.email_failing
        if waits and self._bridge_is_customers_word(message):
            ticket_sudo.filtered("email_failing").email_failing = False
            if ticket_sudo._bridge_is_expired() and not self.env.context.get("helpdesk_accepted"):
                ticket_sudo._bridge_follow_up(message)
            elif ticket_sudo.closed or not ticket_sudo.active:
                speaker = (self._bridge_author(message.sudo()), True)
                ticket_sudo.with_context(**{SPEAKER: speaker})._bridge_reopen()
        return result

    def _bridge_is_customers_word(self, message):
        """Whether a message is what a customer says to the team: a mail, or a comment in the portal."""
        spoken = message.message_type in ("email", "comment") and not message.sudo().subtype_id.internal
        creates = message.sudo().subtype_id == self._creation_subtype()
        by_agent = message.author_id and not message.author_id.sudo().partner_share
        return spoken and not creates and not by_agent and not message.author_guest_id

    def _bridge_reopen(self):
        """Back to work: into the stage the team has chosen for that, else the first open one."""
        self.ensure_one()
        stages = self.team_id.with_company(self.company_id)._get_applicable_stages()
        stage = (self.team_id.reopen_stage_id | stages).filtered(lambda stage: not stage.closed)[:1]
        self.write({"active": True, **({"stage_id": stage.id} if self.closed and stage else {})})

    def _bridge_follow_ups(self):
        """The tickets in which this one goes on, the newest first."""
        self.ensure_one()
        return self.search([("previous_ticket_id", "=", self.id)], order="id desc")

    def _bridge_follow_up(self, message):
        """A customer's word in the portal, too late for this ticket: a new one begins with it, or goes on with it."""
        self.ensure_one()
        going_on = self._bridge_follow_ups().filtered(lambda ticket: not ticket._bridge_is_expired())[:1]
        if going_on:
            going_on.message_post(
                body=message.body,
                message_type=message.message_type,
                subtype_xmlid="mail.mt_comment",
                author_id=message.author_id.id,
                email_from=message.email_from,
                attachment_ids=going_on._bridge_copies(message.attachment_ids).ids,
            )
            return
        follow_up = self.create(
            {
                "name": self.name,
                "description": message.body or Markup("<p></p>"),
                "team_id": self.team_id.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "partner_name": self.partner_name,
                "partner_email": self.partner_email,
                "email_cc": self.email_cc,
                "channel_id": self.channel_id.id,
                "user_id": False,
                "previous_ticket_id": self.id,
            }
        )
        follow_up._bridge_copies(message.attachment_ids)
        follow_up._bridge_refer(self, Way.FOLLOW_UP)

    def _bridge_copies(self, attachments):
        """What came with the word, on this ticket too."""
        copies = attachments.browse()
        for attachment in attachments:
            copies |= attachment.copy({"res_model": self._name, "res_id": self.id})
        return copies

    def _bridge_refer(self, other, way):
        """Let two tickets note each other. Notes only: whoever is on one of them learns nothing of the other."""
        # Not their titles: who reads one of them need not be allowed to read the other.
        here = other._get_html_link(title=other.sudo().mail_reference)
        there = self._get_html_link(title=self.sudo().mail_reference)
        if way is Way.FOLLOW_UP:
            self._message_log(body=self.env._("Follows %s, which was closed.", here))
            other._message_log(body=self.env._("Goes on in %s.", there))
        else:
            self._message_log(body=self.env._("The mail names %s, but its sender is not on that ticket.", here))
            other._message_log(body=self.env._("Somebody who is not on this ticket wrote about it: %s.", there))

    def _bridge_note_failures(self, failures, reason):
        """A mail of ours came back."""
        self.ensure_one()
        self._message_log(body=self.env._("Mail came back: %s", reason))
        if self._bridge_customer_addresses() & {failure.address for failure in failures}:
            self.email_failing = True
