"""A BBolt file that the Go library itself has written (1.3.6), whole and damaged."""

import gzip
import unittest
from pathlib import Path

from legacy import bbolt

FILE = gzip.decompress(Path(__file__, "../../fixtures/legacy/state.db.gz").resolve().read_bytes())
SIZE = 4096


class TestReading(unittest.TestCase):
    def test_every_bucket_is_there(self):
        found = bbolt.read(FILE)
        self.assertEqual(
            {name.decode(): len(bucket) for name, bucket in found.items()},
            {
                "closed_notified": 1,
                "last_odoo_msg_time": 1,
                "odoo_msg_sent": 1,
                "processed_emails": 418,  # more than one page: branches and leaves
                "reopened_notified": 0,
                "sla_states": 3,
                "slack_messages": 2,
            },
        )

    def test_keys_and_values_are_as_they_were_put(self):
        found = bbolt.read(FILE)
        self.assertEqual(found[b"last_odoo_msg_time"], {b"ts": b"2026-01-02T08:00:00Z"})
        self.assertEqual(found[b"closed_notified"], {(7).to_bytes(8, "big"): b"1"})
        mails = found[b"processed_emails"]
        self.assertLessEqual({b"INBOX-%d" % uid for uid in range(1, 418)}, mails.keys())
        self.assertEqual(set(mails.values()), {b"1"})

    def test_a_write_that_was_cut_off_leaves_the_one_before(self):
        # Meta pages take turns; the newer one is torn here, and its checksum says so.
        first, second = (int.from_bytes(FILE[at + 64 : at + 72], "little") for at in (0, SIZE))
        newer = 0 if first > second else SIZE
        torn = bytearray(FILE)
        torn[newer + 30] ^= 0xFF
        before = bbolt.read(bytes(torn))
        # The last of all writes was that of the bucket odoo_msg_sent.
        self.assertEqual(before[b"odoo_msg_sent"], {})
        self.assertEqual(before[b"closed_notified"], bbolt.read(FILE)[b"closed_notified"])


class TestDamage(unittest.TestCase):
    def test_what_is_no_such_file_says_so(self):
        for name, data in (
            ("empty", b""),
            ("text", b"app:\n  poll_seconds: 20\n" * 1000),
            ("zeros", bytes(5 * SIZE)),
            ("both metas torn", FILE[:30] + b"?" + FILE[31 : SIZE + 30] + b"?" + FILE[SIZE + 31 :]),
        ):
            with self.subTest(name), self.assertRaisesRegex(bbolt.NotBBolt, "no BBolt file"):
                bbolt.read(data)

    def test_a_file_that_was_cut_off_says_so(self):
        for length in range(2 * SIZE, len(FILE) // 2, 1000):
            with self.subTest(length), self.assertRaisesRegex(bbolt.NotBBolt, "damaged"):
                bbolt.read(FILE[:length])

    def test_no_damage_raises_anything_else_or_takes_for_ever(self):
        for at in range(2 * SIZE, len(FILE), 37):
            damaged = FILE[:at] + b"\x01\xff\x02" + FILE[at + 3 :]
            try:
                self.assertIsInstance(bbolt.read(damaged), dict)
            except bbolt.NotBBolt as error:
                self.assertIn("damaged", str(error))

    def test_pages_that_lead_in_circles_end(self):
        root = int.from_bytes(_newest(FILE)[32:40], "little") * SIZE
        # A branch page whose only element leads to itself.
        page = bytes(8) + b"\x01\x00\x01\x00" + bytes(4) + bytes(8) + (root // SIZE).to_bytes(8, "little")
        with self.assertRaisesRegex(bbolt.NotBBolt, "damaged"):
            bbolt.read(FILE[:root] + page + FILE[root + len(page) :])

    def test_it_is_known_by_its_first_page(self):
        self.assertTrue(bbolt.is_bbolt(FILE))
        self.assertFalse(bbolt.is_bbolt(b'{"slack_messages": {}}'))


def _newest(data):
    return max((data[:SIZE], data[SIZE : 2 * SIZE]), key=lambda page: int.from_bytes(page[64:72], "little"))
