"""References have no gaps, whatever is rolled back. A number is drawn at the commit, or when it is asked for."""

from odoo.tests import tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestTicketNumber(BridgeCase):
    def new_ticket(self, **values):
        """A ticket whose reference nobody has asked for yet."""
        values = {"name": "Printer is on fire", "description": "x", "team_id": self.team.id, **values}
        return self.env["helpdesk.ticket"].create(values)

    def last(self):
        self.env.cr.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM helpdesk_bridge_reference")
        return self.env.cr.fetchone()[0]

    def at_commit(self):
        """What PostgreSQL does when this transaction is committed."""
        self.env.flush_all()
        self.env.cr.execute("SET CONSTRAINTS helpdesk_bridge_number IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS helpdesk_bridge_number DEFERRED")
        self.env.invalidate_all()

    def test_what_is_rolled_back_takes_no_number(self):
        self.at_commit()
        before = self.last()
        for _attempt in range(3):
            savepoint = self.env.cr.savepoint()
            self.new_ticket()
            savepoint.rollback()
            savepoint.close()
        first, second = self.new_ticket(), self.new_ticket()
        self.assertEqual(self.last(), before, "nothing was committed, and nobody has asked")
        self.at_commit()
        self.assertEqual([first.bridge_number, second.bridge_number], [before + 1, before + 2])
        self.assertEqual(first.mail_reference, f"[ML-#{before + 1}]")

    def test_a_reference_that_is_asked_for_is_the_one_that_stays(self):
        first, second = self.new_ticket(), self.new_ticket()
        asked = second.mail_reference
        self.assertEqual(second.display_name, f"{asked} Printer is on fire")
        self.at_commit()
        self.assertEqual(second.mail_reference, asked)
        self.assertNotEqual(first.mail_reference, asked)
        self.assertEqual(self.env["helpdesk.ticket"].search([("mail_reference", "in", [asked])]), second)

    def test_nobody_chooses_a_number(self):
        created, written = self.new_ticket(bridge_number=70007), self.new_ticket()
        written.write({"bridge_number": 70008})
        copy = written.copy()
        self.at_commit()
        numbers = {created.bridge_number, written.bridge_number, copy.bridge_number}
        self.assertEqual(len(numbers - {70007, 70008, 0}), 3)

    def test_a_form_that_was_not_saved_has_none(self):
        before = self.last()
        new = self.env["helpdesk.ticket"].new({"name": "Fire", "team_id": self.team.id})
        self.assertEqual((new.mail_reference, new.display_name, self.last()), (False, "Fire", before))

    def test_the_preview_of_an_email_takes_none(self):
        before = self.last()
        for kind in ("received", "answer"):
            preview = self.env["helpdesk.letter.preview"].create({"kind": kind})
            self.assertIn("[ML-#42]", preview.subject)
        self.assertEqual(self.last(), before)

    def test_tickets_that_are_there_already_keep_their_record_id(self):
        ticket = self.new_ticket()
        self.at_commit()
        self.env["helpdesk.ticket"]._bridge_drop_numbers()
        self.env.cr.execute("UPDATE helpdesk_ticket SET bridge_number = NULL")
        self.env["helpdesk.ticket"]._bridge_begin_numbers()
        self.env["helpdesk.ticket"]._bridge_begin_numbers()
        self.env.invalidate_all()
        self.assertEqual(ticket.mail_reference, f"[ML-#{ticket.id}]")
        following = self.new_ticket()
        self.at_commit()
        self.assertEqual(following.bridge_number, ticket.id + 1)
