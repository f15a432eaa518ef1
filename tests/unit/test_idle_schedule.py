"""When the listener reconnects, when it wakes the fetch, and which responses of a mail server announce new email."""

from unittest import TestCase

from tools.inbound.idle_schedule import Backoff, Folder, WakeUps


class TestBackoff(TestCase):
    def test_waits_get_twice_as_long_up_to_a_cap(self):
        backoff = Backoff(first=2, cap=300, dice=lambda: 1)
        self.assertEqual([backoff.fail() for _ in range(10)], [2, 4, 8, 16, 32, 64, 128, 256, 300, 300])

    def test_two_that_failed_together_do_not_come_back_together(self):
        rolled = iter([0, 1])
        backoff = Backoff(first=8, dice=lambda: next(rolled))
        self.assertEqual(backoff.fail(), 4)
        backoff.succeed()
        self.assertEqual(backoff.fail(), 8)

    def test_a_success_makes_the_next_failure_a_first_one(self):
        backoff = Backoff(first=2, dice=lambda: 1)
        for _ in range(5):
            backoff.fail()
        self.assertEqual(backoff.failures, 5)
        backoff.succeed()
        self.assertEqual((backoff.failures, backoff.fail()), (0, 2))

    def test_years_of_failures_are_no_overflow(self):
        backoff = Backoff(cap=300, dice=lambda: 1)
        self.assertEqual({backoff.fail() for _ in range(5000)} - {300}, {2, 4, 8, 16, 32, 64, 128, 256})


class TestWakeUps(TestCase):
    def setUp(self):
        self.wake_ups = WakeUps(every=0.25)

    def test_nothing_is_requested_at_first(self):
        self.assertIsNone(self.wake_ups.wait(1000))

    def test_the_first_email_wakes_at_once(self):
        self.wake_ups.request(1)
        self.assertEqual(self.wake_ups.wait(1000), 0)

    def test_an_email_that_arrives_during_a_wake_up_gets_another(self):
        self.wake_ups.request(1)
        self.wake_ups.start(1000)
        self.wake_ups.request(1)
        self.assertAlmostEqual(self.wake_ups.wait(1000.1), 0.15)
        self.assertEqual(self.wake_ups.wait(1000.3), 0)

    def test_a_wake_up_names_the_mailboxes_that_asked_for_it_each_once(self):
        for mailbox in (3, 1, 3):
            self.wake_ups.request(mailbox)
        self.assertEqual(self.wake_ups.start(1000), [1, 3])
        self.wake_ups.request(2)
        self.assertEqual(self.wake_ups.start(1001), [2])
        self.assertEqual(self.wake_ups.start(1002), [])

    def test_many_emails_before_a_wake_up_get_one(self):
        for _ in range(100):
            self.wake_ups.request(1)
        self.wake_ups.start(1000)
        self.assertIsNone(self.wake_ups.wait(1000.3))

    def test_emails_that_pour_in_wake_four_times_a_second_and_once_at_the_end(self):
        woken, now = [], 1000.0
        while now < 1003:
            if now < 1002:
                self.wake_ups.request(1)
            if self.wake_ups.wait(now) == 0:
                self.wake_ups.start(now)
                woken.append(now)
            now += 1 / 128
        self.assertTrue(8 <= len(woken) <= 9, woken)
        self.assertTrue(1002 - 1 / 128 <= woken[-1] <= 1002.25, woken[-1])


class TestFolder(TestCase):
    def setUp(self):
        self.folder = Folder()

    def examine(self, exists, validity=7, uid_next=100):
        return self.folder.examine({b"EXISTS": exists, b"UIDVALIDITY": validity, b"UIDNEXT": uid_next})

    def test_the_first_look_always_reports_new_email(self):
        self.assertTrue(self.examine(0))

    def test_a_second_look_at_the_same_is_no_event(self):
        self.examine(5)
        self.assertFalse(self.examine(5))
        self.assertFalse(self.examine(4), "one was deleted")

    def test_one_email_for_another_is_news(self):
        self.examine(5)
        self.assertTrue(self.examine(5, uid_next=101))

    def test_a_folder_that_was_made_anew_is_news(self):
        self.examine(5)
        self.assertTrue(self.examine(5, validity=8))

    def test_a_server_that_tells_no_numbers_is_believed_its_count(self):
        self.folder.examine({b"EXISTS": 3})
        self.assertFalse(self.folder.examine({b"EXISTS": 3}))
        self.assertTrue(self.folder.examine({b"EXISTS": 4}))

    def test_more_emails_are_news_the_same_number_is_none(self):
        self.examine(5)
        self.assertFalse(self.folder.update([(5, b"EXISTS")]))
        self.assertTrue(self.folder.update([(6, b"EXISTS"), (1, b"RECENT")]))
        self.assertFalse(self.folder.update([(6, b"EXISTS")]))

    def test_flags_and_chatter_are_no_event(self):
        self.examine(5)
        chatter = [(b"OK", b"Still here"), (5, b"FETCH", (b"FLAGS", (b"\\Seen", b"X-HELPDESK"))), (b"BYE",)]
        self.assertFalse(self.folder.update(chatter))

    def test_an_email_that_takes_the_place_of_a_deleted_one_is_news(self):
        self.examine(5)
        self.assertTrue(self.folder.update([(2, b"EXPUNGE"), (5, b"EXISTS")]))

    def test_what_was_announced_is_not_new_again_at_the_next_look(self):
        self.folder.examine({b"EXISTS": 5})
        self.folder.update([(6, b"EXISTS")])
        self.assertFalse(self.folder.examine({b"EXISTS": 6}))
