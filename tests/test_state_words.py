"""One word for one state, on every list: the first letter is a capital, and no other but in names."""

from odoo.tests import TransactionCase, tagged

#: What a key means is said with this word, wherever it stands.
WORDS = {
    "pending": {"Waiting"},
    "owed": {"Waiting"},
    "waiting": {"Waiting"},
    "held": {"Waiting"},
    "sent": {"Posted", "Sent"},  # in Slack, by email
    "posted": {"Posted"},
    "done": {"Done"},
    "failed": {"Failed"},
    "ignored": {"Ignored"},
    "canceled": {"Canceled"},
    "stopped": {"Not sent"},
    "paused": {"Paused"},
    "met": {"Met"},
    "missed": {"Breached"},
    "breached": {"Breached"},
}
FIELDS = ("state", "verdict", "status", "sla_status", "slack_state", "mail_unsent", "kind")
NAMES = {"SLA", "Slack", "Odoo", "App", "Home", "HTTP", "OK"}


@tagged("post_install", "-at_install")
class TestStateWords(TransactionCase):
    def labels(self):
        """(where, key, label) of each state of ours."""
        for name, model in self.env.registry.items():
            for field in FIELDS if name.startswith("helpdesk.") else ():
                found = model._fields.get(field)
                if found and found.type == "selection" and "helpdesk_bridge" in (found._modules or ()):
                    for key, label in found._description_selection(self.env(context={"lang": "en_US"})):
                        yield f"{name}.{field}", key, label

    def test_each_state_has_its_one_word(self):
        found = list(self.labels())
        self.assertGreaterEqual({where.rpartition(".")[2] for where, _key, _label in found}, {"state", "verdict"})
        for where, key, label in found:
            with self.subTest(where, key=key):
                if key in WORDS:
                    self.assertIn(label, WORDS[key])
                first, *others = label.split()
                self.assertTrue(first[0].isupper(), label)
                self.assertFalse([word for word in others if word[0].isupper() and word not in NAMES], label)
