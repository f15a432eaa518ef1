import copy
import pickle
import unittest

from tools.common.translatable import Translatable
from tools.common.translatable import _ as say  # under its own name the export would take these for words of the addon


class TestSaying(unittest.TestCase):
    def test_it_is_the_english_sentence(self):
        self.assertEqual(say("From names %(count)s senders", count=2), "From names 2 senders")

    def test_it_remembers_what_it_was_made_of(self):
        saying = say("From names %(count)s senders", count=2)
        self.assertEqual((saying.template, saying.values), ("From names %(count)s senders", {"count": 2}))

    def test_a_percent_sign_in_a_sentence_without_names_stays(self):
        self.assertEqual(say("75 % done"), "75 % done")

    def test_a_value_may_be_a_saying_and_stays_one(self):
        saying = say("%(sign)s, by its subject", sign=say("a bounce"))
        self.assertEqual(saying, "a bounce, by its subject")
        self.assertIsInstance(saying.values["sign"], Translatable)

    def test_a_strangers_percent_signs_are_no_template(self):
        self.assertEqual(say("Subject: %(value)s", value="%(count)s %d %"), "Subject: %(count)s %d %")

    def test_an_empty_one_is_false(self):
        self.assertFalse(say(""))

    def test_a_copy_is_a_saying_too(self):
        saying = say("%(sign)s, by its subject", sign=say("a bounce"))
        for copied in (copy.deepcopy(saying), pickle.loads(pickle.dumps(saying))):
            self.assertEqual((copied, copied.template, copied.values), (saying, saying.template, saying.values))
