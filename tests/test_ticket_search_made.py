"""What another server writes while the addon is updated, before there is a trigger, is found as well."""

from odoo.tests import tagged

from ..models.ticket import search_table
from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestTicketSearchMade(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"name": "Kettle", "description": "<p>x</p>", "team_id": cls.team.id}
        cls.ticket, cls.other, cls.third = cls.env["helpdesk.ticket"].create([values] * 3)
        cls.message = cls._say(cls.ticket, "whistles")
        cls.moved = cls._say(cls.ticket, "wanders")
        cls.env.flush_all()

    @classmethod
    def _say(cls, ticket, words):
        return ticket.message_post(body=words, message_type="comment", subtype_xmlid="mail.mt_note")

    def _without_triggers(self, work):
        """Work, and the table as if no trigger had fired."""
        self.env.flush_all()
        self.env.cr.execute("CREATE TEMPORARY TABLE was ON COMMIT DROP AS TABLE helpdesk_bridge_search")
        result = work()
        self.env.flush_all()
        self.env.cr.execute("TRUNCATE helpdesk_bridge_search")
        self.env.cr.execute("INSERT INTO helpdesk_bridge_search SELECT * FROM was")
        self.env.cr.execute("DROP TABLE was")
        return result

    def _found(self, words):
        return self.env["helpdesk.ticket"].search([("bridge_search", "ilike", words)])

    def _rows(self, ticket):
        self.env.cr.execute("SELECT count(*) FROM helpdesk_bridge_search WHERE ticket_id = %s", [ticket.id])
        return self.env.cr.fetchone()[0]

    def _write_while_it_is_made(self):
        search_table.remember(self.env.cr)

        def work():
            self._say(self.other, "missedmessage")
            self.message.body = "editedmessage"
            self.other.name = "Editedsubject"
            self.moved.res_id = self.other.id
            self.third.unlink()
            return self.env["helpdesk.ticket"].create(
                {"name": "Missedticket", "description": "x", "team_id": self.team.id}
            )

        return self._without_triggers(work)

    def test_it_is_found_after_the_next_clean_up(self):
        gone = self.third
        created = self._write_while_it_is_made()
        shapes = (
            ("a message", "missedmessage", self.other),
            ("an edited message", "editedmessage", self.ticket),
            ("a subject", "editedsubject", self.other),
            ("a message of another ticket now", "wanders", self.other),
            ("a ticket", "missedticket", created),
            ("what was said before", "whistles", self.ticket.browse()),
        )
        before = {words: self._found(words) for _shape, words, _ticket in shapes}
        self.assertEqual(before["missedmessage"] | before["missedticket"], self.ticket.browse(), "there was no trigger")
        self.assertEqual(self._rows(gone), 1, "there was no trigger")
        self.env["helpdesk.ticket"]._gc_bridge_search()
        for shape, words, ticket in shapes:
            with self.subTest(shape):
                self.assertEqual(self._found(words), ticket)
        self.assertEqual(self._rows(gone), 0)
        self.assertEqual(self._rows(self.ticket), 2)

    def test_it_is_looked_for_once(self):
        self._write_while_it_is_made()
        vacuum = self.env["helpdesk.ticket"]._gc_bridge_search
        self.assertGreater(vacuum()[0], 4)
        self._without_triggers(lambda: self._say(self.ticket, "later"))
        self.assertEqual(vacuum(), (0, 0))
        self.assertFalse(self._found("later"))

    def test_what_is_right_is_not_written_again(self):
        search_table.remember(self.env.cr)
        self.env.cr.execute("SELECT xmin::text, ctid::text FROM helpdesk_bridge_search ORDER BY 2")
        before = self.env.cr.fetchall()
        self.assertEqual(self.env["helpdesk.ticket"]._gc_bridge_search(), (0, 0))
        self.env.cr.execute("SELECT xmin::text, ctid::text FROM helpdesk_bridge_search ORDER BY 2")
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_no_text_is_too_long_for_it(self):
        """PostgreSQL refuses words of more than a megabyte; folded, one character may become many."""
        for shape, filling, number in (
            ("a sign of six syllables", "\u3316", 36),
            ("a sign of four words", "\ufdfa", 36),
            ("syllables of three letters", "\uac01", 36),
            ("letters of four bytes", "\U00010330", 36),
            ("short words", "\U00010330", 1),
        ):
            with self.subTest(shape), self.env.cr.savepoint():
                words = (f"{at:05x}{filling * number}" for at in range(1, 100_000 // (number + 6)))
                self._say(self.other, "firstword " + " ".join(words))
                self.env.flush_all()
                self.assertEqual(self._found("firstword"), self.other)
