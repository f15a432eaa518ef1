"""What an email is spared while it becomes a ticket, and that nothing of it is ever out of date."""

import select
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2.pool

from odoo import sql_db
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.common import inbound_context, ir_cron
from ..models.common.res_company import LANG_CHANGED
from ..tools.common import crons
from .common import InboundCase

JANE = "Jane Doe <jane@customer.example>"
#: The most queries that the second email of a mailbox may cost, with contact, SLA, assignment, Slack and confirmation.
QUERIES = 59


@tagged("post_install", "-at_install")
class TestInboundCost(InboundCase, CronMixinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"bridge_assignment": "least_loaded", "company_id": cls.company.id, "user_ids": cls.agent.ids})
        cls.env["res.lang"]._activate_lang("cs_CZ")
        cls.env["res.lang"]._activate_lang("de_DE")

    @contextmanager
    def overriding(self, model, name, override):
        """Override a method, as another addon does: `override` gets what it would call as super."""
        kind = type(self.env[model])
        above = getattr(kind, name)
        with patch.object(kind, name, lambda *args, **kwargs: override(above, *args, **kwargs)):
            yield

    # -- queries -----------------------------------------------------------------------------------------------------

    def test_an_email_with_everything_costs_few_queries(self):
        for name in ("ann", "bob"):
            self.receive(f"{name}@customer.example")
        before = sql_db.sql_counter
        ticket = self.receive(JANE, has_number=False).ticket_id
        spent = sql_db.sql_counter - before
        self.assertRecordValues(ticket, [{"assignment": "due", "partner_email": "jane@customer.example"}])
        self.assertTrue(ticket.partner_id)
        self.assertLessEqual(spent, QUERIES)

    # -- the contact ---------------------------------------------------------------------------------------------------

    def test_a_new_contact_is_what_odoo_makes_without_the_message_that_it_was_created(self):
        self.company.partner_id.lang = "de_DE"
        seen = []

        def create(above, partners, vals_list):
            seen.append(vals_list)
            return above(partners, vals_list)

        for case, sender, name in (
            ("a name", "Jane Doe <jane@customer.example>", "Jane Doe"),
            ("no name", "bob@customer.example", "bob@customer.example"),
            ("letters of another alphabet", "Žofie Nováková <zofie@customer.example>", "Žofie Nováková"),
            ("a company's address", '"Smith, John (Ltd)" <John@CUSTOMER.example>', "Smith, John (Ltd)"),
        ):
            with self.subTest(case):
                seen.clear()
                with self.overriding("res.partner", "create", create):
                    made = self.receive(sender).ticket_id.partner_id
                [values] = seen
                self.assertEqual(made.name, name)
                plain = self.env["res.partner"].sudo().create({**values, "email": "other@customer.example"})
                plain.email = values["email"]
                self.assertEqual(self.columns(made), self.columns(plain))
                # As with other records that an email creates; made by hand, Odoo says so.
                self.assertFalse(made.message_ids)
                self.assertEqual(plain.message_ids.message_type, "notification")
                self.assertEqual(made.message_follower_ids.partner_id, plain.message_follower_ids.partner_id)
                self.assertNotIn("mail_create_nolog", made.env.context)
                plain.unlink()

    def columns(self, record):
        """The row in the database, without what tells one row from the other."""
        record.flush_recordset()
        self.env.cr.execute(f"SELECT * FROM {record._table} WHERE id = %s", [record.id])  # pylint: disable=E8103
        own = {"id", "commercial_partner_id", "create_date", "write_date"}
        return {name: value for name, value in self.env.cr.dictfetchone().items() if name not in own}

    def test_what_is_created_after_the_contact_still_says_so(self):
        logged = []

        def create(above, partners, vals_list):
            made = above(partners, vals_list)
            logged.append(made)
            return made

        with self.overriding("res.partner", "create", create):
            self.receive(JANE)
        self.assertEqual(len(logged), 1, "other addons' create runs")
        self.assertTrue(self.env["res.partner"].create({"name": "By hand"}).message_ids)

    # -- the channel -------------------------------------------------------------------------------------------------

    def test_the_channel_of_a_ticket_is_known_by_one_query(self):
        other = self.env["res.company"].create({"name": "Other"})
        channel, workspace = self.team.slack_channel_id, self.team.slack_channel_id.workspace_id
        none = channel.browse()
        for case, change, expected in (
            ("as it is", lambda: None, channel),
            ("an archived channel", lambda: channel.write({"active": False}), none),
            ("an archived workspace", lambda: workspace.write({"active": False}), none),
            ("another company's", lambda: self.team.write({"company_id": False}), none),
            ("no channel", lambda: self.team.write({"slack_channel_id": False}), none),
            ("a muted team", lambda: self.team.write({"slack_muted": True}), none),
        ):
            company = other if case == "another company's" else self.company
            for is_pending in (False, True):
                with self.subTest(case, is_pending=is_pending), self.assertRaises(ZeroDivisionError):
                    with self.env.cr.savepoint():
                        self.env.invalidate_all()
                        change()
                        if not is_pending:
                            self.env.flush_all()
                            self.env.invalidate_all()
                        found = self.Ticket._slack_channel_of(self.team, company)
                        self.assertEqual(found, expected)
                        self.assertEqual(found.mapped("display_name"), expected.mapped("display_name"))
                        raise ZeroDivisionError
        self.env.invalidate_all()
        self.team.mapped("slack_channel_id")
        self.company.mapped("helpdesk_slack_channel_id")
        with self.assertQueryCount(1):
            self.assertEqual(self.Ticket._slack_channel_of(self.team, self.company), channel)

    # -- the mark of assignment --------------------------------------------------------------------------------------

    def test_a_new_ticket_is_one_message_in_slack_and_no_edit_of_it(self):
        ticket = self.receive(JANE).ticket_id
        self.assertEqual(ticket.assignment, "due")
        self.assertEqual(self.entries(ticket).mapped("kind"), ["root"])

    def test_who_is_assigned_on_creation_by_another_addon_keeps_the_ticket(self):
        def create(above, tickets, vals):
            return above(tickets, {**vals, "user_id": self.agent.id})

        with self.overriding("helpdesk.ticket", "create", create):
            ticket = self.receive(JANE).ticket_id
        self.assertRecordValues(ticket, [{"user_id": self.agent.id, "assignment": False}])

    # -- the fields of a ticket --------------------------------------------------------------------------------------

    def test_who_asks_for_the_fields_of_a_new_ticket_gets_them(self):
        seen = []

        def message_new(above, tickets, msg, custom_values=None):
            result = above(tickets, msg, custom_values)
            seen.append(tickets.fields_get()["name"]["string"])
            return result

        def create(above, tickets, vals_list):
            seen.append(tickets.fields_get()["name"]["string"])
            return above(tickets, vals_list)

        def fields_get(above, tickets, allfields=None, attributes=None):
            found = above(tickets, allfields, attributes)
            if allfields is None:
                self.assertIn("name", found)
                self.assertNotIn("no_such_field", found)
                seen.append((found["stage_id"]["type"], len(found), "name" in dict(found)))
            return found

        every = len(self.Ticket.fields_get())
        with (
            self.overriding("helpdesk.ticket", "message_new", message_new),
            self.overriding("helpdesk.ticket", "create", create),
            self.overriding("helpdesk.ticket", "fields_get", fields_get),
        ):
            self.receive(JANE)
        whole = ("many2one", every, True)
        self.assertEqual(seen, [whole, whole, "Title", whole, "Title"])

    # -- models that count bounces -----------------------------------------------------------------------------------

    def test_a_sender_whose_emails_bounced_is_reachable_again(self):
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example", "message_bounce": 3})
        asked, search = [], type(self.env["ir.model"]).search

        def noted(models, domain, *args, **kwargs):
            found = search(models, domain, *args, **kwargs)
            plain = search(models.with_context(helpdesk_fetch_run=None), domain, *args, **kwargs)
            asked.append((found.mapped("model"), plain.mapped("model")))
            return found

        with patch.object(type(self.env["ir.model"]), "search", noted):
            self.receive(JANE)
        self.assertEqual(jane.message_bounce, 0)
        self.assertTrue([found for found, _plain in asked if "res.partner" in found])
        for found, plain in asked:
            self.assertEqual(found, plain)

    # -- alias domains -----------------------------------------------------------------------------------------------

    def test_a_domain_that_comes_while_an_email_is_processed_is_known(self):
        domains, seen = self.env["mail.alias.domain"], []
        domains.create({"name": "acme.example"})  # every company has one then, and keeps it

        def message_route(above, threads, *args, **kwargs):
            there = threads.env["mail.alias.domain"]
            for step in (
                lambda: there.create({"name": "late.example"}),
                lambda: there.search([("name", "=", "late.example")]).write({"sequence": -5}),
                lambda: there.search([("name", "=", "late.example")]).unlink(),
            ):
                step()
                seen.append(there.search([]).mapped("name"))
                self.assertEqual(seen[-1], there.search([("id", "!=", 0)]).mapped("name"))
            return above(threads, *args, **kwargs)

        known = domains.search([]).mapped("name")
        with self.overriding("mail.thread", "message_route", message_route):
            self.receive(JANE)
        self.assertEqual(seen, [[*known, "late.example"], ["late.example", *known], known])

    # -- the language of a company -----------------------------------------------------------------------------------

    def test_the_language_of_a_company_is_never_out_of_date(self):
        company, partners = self.company, self.env["res.partner"]
        boss = partners.create({"name": "Holding", "lang": "de_DE"})
        other = partners.create({"name": "Acme Ltd", "lang": "de_DE"})
        for case, change, expected in (
            ("its contact's language", lambda: company.partner_id.write({"lang": "cs_CZ"}), "cs_CZ"),
            ("its contact's parent", lambda: company.partner_id.write({"parent_id": boss.id}), "de_DE"),
            ("another contact", lambda: company.write({"partner_id": other.id}), "de_DE"),
        ):
            with self.subTest(case):
                company.partner_id.parent_id = False
                company.partner_id.lang = "en_US"
                self.commit()
                self.assertEqual(company._bridge_lang(), "en_US")
                known = company._bridge_langs()
                change()
                # Another thread reads them before the commit.
                company._bridge_langs.__cache__.add_value(company, cache_value=known)
                self.assertEqual(company._bridge_lang(), expected, "in the transaction")
                self.commit()
                self.assertEqual(company._bridge_lang(), expected, "after it")

    def test_a_language_that_is_rolled_back_was_never_there(self):
        company = self.company
        company.partner_id.lang = "en_US"
        self.commit()
        for loses_mark in (False, True):
            with self.subTest(loses_mark=loses_mark):
                with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                    company.partner_id.lang = "cs_CZ"
                    if loses_mark:  # to a savepoint further in
                        self.env.cr.cache.clear()
                    self.assertEqual(company._bridge_lang(), "cs_CZ")
                    raise ZeroDivisionError
                self.env.cr.postcommit.clear()
                if loses_mark:
                    self.env.cr.postrollback.run()
                self.assertEqual(company._bridge_lang(), "en_US")

    def test_a_new_company_has_its_own_language(self):
        self.company._bridge_lang()
        new = self.env["res.company"].create({"name": "New"})
        new.partner_id.lang = "de_DE"
        self.assertEqual(new._bridge_lang(), "de_DE")
        self.assertFalse(self.env["res.company"]._bridge_lang())

    def commit(self):
        """What the end of a transaction does with what processes keep."""
        self.env.flush_all()
        self.env.cr.postcommit.run()
        self.env.cr.cache.pop(LANG_CHANGED, None)
        self.env.invalidate_all()

    # -- waking ------------------------------------------------------------------------------------------------------

    def test_the_crons_of_a_transaction_are_woken_by_one_notification(self):
        cron = self.env["ir.cron"]
        cr = self.env.cr
        cr.flush()
        cr.postcommit.clear()
        with sql_db.db_connect("postgres").cursor() as listening, self.capture_triggers() as captured:
            listening.execute("LISTEN cron_trigger")
            listening.commit()
            for xmlid in (crons.AFTER_MAIL, crons.SLACK, crons.AFTER_MAIL):
                cron._bridge_wake(xmlid)
            cr.flush()
            cron._bridge_wake(crons.MAIL_QUEUE)
            cr.flush()
            cr.postcommit.run()
            # PostgreSQL delivers in the order of commits: whatever was announced before this has come then.
            with sql_db.db_connect("postgres").cursor() as ending:
                ending.execute("SELECT pg_notify('cron_trigger', 'the end')")
            while "the end" not in (payloads := [one.payload for one in listening._cnx.notifies]):
                self.assertTrue(select.select([listening._cnx], [], [], 30)[0], "PostgreSQL delivers nothing")
                listening._cnx.poll()
            heard = [one for one in payloads if one == cr.dbname]
        named = {cron.env.ref(xmlid) for xmlid in (crons.AFTER_MAIL, crons.SLACK, crons.MAIL_QUEUE)}
        self.assertEqual(set(captured.records.cron_id), named)
        self.assertEqual(len(captured.records), 3, "each once")
        self.assertEqual(len(heard), 1)

    def test_the_crons_of_a_fetch_are_woken_in_the_same_moments(self):
        slack, after = crons.SLACK, crons.AFTER_MAIL
        for case, asked, woken in (
            ("both at once", [(0, slack), (0.01, after)], [0, 1]),
            ("one cron again and again", [(0, slack), (0.1, slack), (0.24, slack), (0.26, slack)], [0, 3]),
            ("one that comes late has its turn", [(0, slack), (0.2, after), (0.21, after)], [0, 1]),
            (
                "whoever came late is in step again",
                [(0, slack), (0.2, after), (0.3, slack), (0.31, after), (0.4, after)],
                [0, 1, 2, 3],
            ),
            (
                "a moment ends between two of one email",
                [
                    (0, slack),
                    (0.01, after),
                    (0.249, slack),
                    (0.251, after),
                    (0.3, slack),
                    (0.502, slack),
                    (0.51, after),
                ],
                [0, 1, 3, 4, 5, 6],
            ),
        ):
            with self.subTest(case):
                run, found = inbound_context.FetchRun(), []
                for number, (moment, xmlid) in enumerate(asked):
                    with patch.object(inbound_context.time, "monotonic", lambda moment=moment: moment):
                        found += [number] * run.may_wake(xmlid)
                self.assertEqual(found, woken)
                self.assertEqual(set(run.woken), {xmlid for _moment, xmlid in asked}, "woken at the end")

    def test_a_notification_that_fails_is_no_error_of_what_is_committed(self):
        cr, later = self.env.cr, []
        cr.flush()
        cr.postcommit.clear()
        full = psycopg2.pool.PoolError("The Connection Pool Is Full")
        self.env["ir.cron"]._bridge_wake(crons.AFTER_MAIL)
        cr.flush()
        with (
            patch.object(sql_db, "db_connect", side_effect=full),
            patch.object(ir_cron, "_notify_later", lambda *planned: later.append(planned)),
            self.well("what is committed fails afterwards"),
        ):
            cr.postcommit.run()
        self.assertEqual(later, [(cr.dbname, None, ir_cron.AGAIN)])
