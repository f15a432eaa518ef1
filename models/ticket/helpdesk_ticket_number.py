"""The number in a ticket's reference, [ML-#42]: it has no gaps, although transactions are rolled back.

It is not the record id: PostgreSQL draws that when the row is inserted, and whatever is rolled back later leaves a gap.
A deferred trigger draws the number when the transaction is committed and nothing else can fail. If the reference is
asked for before that (an email in the same transaction names it), the number is drawn then.

Only a table that stays locked until the commit would leave no gap in every case, even if the server crashes while it
commits. But then one of two emails that are imported at once would have to wait or start again. With a sequence, no
import waits for another.
"""

from odoo import api, fields, models
from odoo.tools import SQL

SEQUENCE, TRIGGER = "helpdesk_bridge_reference", "helpdesk_bridge_number"
FUNCTION = f"""
    CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE helpdesk_ticket SET bridge_number = nextval('{SEQUENCE}') WHERE id = NEW.id AND bridge_number IS NULL;
        RETURN NULL;
    END $$
"""
ON_COMMIT = f"""
    CREATE CONSTRAINT TRIGGER {TRIGGER} AFTER INSERT ON helpdesk_ticket DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.bridge_number IS NULL) EXECUTE FUNCTION {TRIGGER}()
"""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    bridge_number = fields.Integer(
        string="Reference Number", readonly=True, copy=False, aggregator=None, groups="base.group_user"
    )

    _bridge_number_unique = models.UniqueIndex("(bridge_number)", "Two tickets cannot have the same number.")

    def _auto_init(self):
        result = super()._auto_init()
        self._bridge_begin_numbers()
        return result

    @api.model
    def _bridge_begin_numbers(self):
        """Create what draws the numbers, if it is missing."""
        cr = self.env.cr
        cr.execute("SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relname = %s", [SEQUENCE])
        if not cr.fetchone()[0]:
            # Customers and Slack know these tickets by their record id.
            cr.execute(SQL("CREATE SEQUENCE %s", SQL.identifier(SEQUENCE)))
            cr.execute("UPDATE helpdesk_ticket SET bridge_number = id WHERE bridge_number IS NULL")
            cr.execute(SQL("SELECT setval(%s, max(id)) FROM helpdesk_ticket HAVING max(id) IS NOT NULL", SEQUENCE))
        cr.execute("SELECT count(*) FROM pg_trigger WHERE tgname = %s", [TRIGGER])
        if not cr.fetchone()[0]:
            cr.execute(FUNCTION)
            cr.execute(ON_COMMIT)

    @api.model
    def _bridge_drop_numbers(self):
        """Remove from the database what draws the numbers, before the addon is removed."""
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(TRIGGER)))
        self.env.cr.execute(SQL("DROP SEQUENCE IF EXISTS %s", SQL.identifier(SEQUENCE)))

    @api.model
    def _bridge_numbered(self, number):
        """The ticket with this number in its reference, archived or not; may be empty."""
        return self.with_context(active_test=False).search([("bridge_number", "=", number)], limit=1)

    def _bridge_draw_numbers(self):
        """Give those of these tickets a number that have none yet: this transaction has created them."""
        missing = self.filtered(lambda ticket: ticket.id and not ticket.bridge_number)
        if not missing:
            return
        missing.flush_recordset(["bridge_number"])
        drawn = self.env.execute_query(
            SQL(
                """
                UPDATE helpdesk_ticket ticket
                   SET bridge_number = drawn.number
                  FROM (SELECT id, nextval(%s) AS number
                          FROM (SELECT unnest(%s) AS id ORDER BY 1) missing) drawn
                 WHERE ticket.id = drawn.id
                   AND ticket.bridge_number IS NULL
             RETURNING ticket.id, ticket.bridge_number
                """,
                SEQUENCE,
                missing.ids,
            )
        )
        for ticket_id, number in drawn:
            ticket = self.browse(ticket_id)
            ticket._fields["bridge_number"]._update_cache(ticket, number)
        # The commit of another transaction has given these theirs.
        (missing - self.browse(ticket_id for ticket_id, _number in drawn)).invalidate_recordset(
            ["bridge_number"], flush=False
        )

    def _bridge_number_sample(self):
        """Give this ticket, which is rolled back soon, a number that no other one ever has: none is used up."""
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE helpdesk_ticket SET bridge_number = -id WHERE id = %s", self.id))
        self.invalidate_recordset(["bridge_number", "mail_reference", "display_name"], flush=False)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._bridge_without_number(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._bridge_without_number(vals))

    @api.model
    def _bridge_without_number(self, vals):
        """Nobody chooses a number."""
        return {name: vals[name] for name in vals if name != "bridge_number"} if "bridge_number" in vals else vals
