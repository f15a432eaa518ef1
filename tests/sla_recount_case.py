"""What tests of counting anew need: holidays, tickets that are late, and what was said of them."""

from .sla_case import SlaCase


class RecountCase(SlaCase):
    """The default policy with working hours, and what calendars do to its tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Recount = cls.env["helpdesk.sla.recount"]
        # 2026-06-01 is a Monday; 9:00 in Prague is 07:00 UTC.
        cls.policy.write({"calendar_id": cls.office.id, "start_hours": 4, "resolution_hours": 8})
        cls.Recount.search([]).unlink()

    def recount(self, moment, limit=50):
        """The cron counts anew at a moment; returns how many tickets each portion had."""
        with self.at(moment):
            failed, portions = set(), []
            while (done := self.Recount._recount_next(limit, failed)) is not None:
                portions.append(done)
                self.assertLess(len(portions), 30, "there is no end to it")
        return portions

    def holiday(self, moment, day="06-01", **values):
        with self.at(moment):
            return self.env["resource.calendar.leaves"].create(
                {
                    "name": "Off",
                    "calendar_id": self.office.id,
                    "date_from": f"2026-{day} 00:00:00",
                    "date_to": f"2026-{day} 22:00:00",
                    **values,
                }
            )

    def late(self, **values):
        """A ticket whose first response is overdue since Monday, 11:00 UTC."""
        ticket = self.ticket_at("06-01 07:00", **values)
        self.tick("06-01 11:00")
        self.assertEqual(self.clock(ticket, "start").state, "missed")
        return ticket

    def tags(self, ticket):
        return sorted(ticket.tag_ids.mapped("name"))

    def told(self, ticket):
        return [entry.event for entry in self.entries(ticket).sorted("id") if entry.kind == "reply"]

    def notes(self, ticket):
        return " ".join(filter(None, ((message.preview or "").strip() for message in ticket.message_ids.sorted("id"))))

    def person(self):
        return self.env["resource.resource"].create({"name": "Jane", "calendar_id": self.office.id})

    def elsewhere(self):
        return self.env["res.company"].create({"name": "Elsewhere"})
