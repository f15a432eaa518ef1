"""What Slack answers when it is asked who somebody is."""

import unittest

from tools.slack import user_lookup
from tools.slack.response import Answer
from tools.slack.user_lookup import Finding


class TestJudge(unittest.TestCase):
    def test_what_an_answer_means(self):
        for answer, expected in (
            (Answer(ok=True, data={"user": {"id": "U0ANNA001"}}), Finding("U0ANNA001", 30)),
            (Answer(ok=True, data={"user": {"id": "U0ANNA001", "deleted": True}}), Finding(days=1)),
            (Answer(ok=True, data={"user": "U0ANNA001"}), Finding(days=1)),
            (Answer(ok=True, data={}), Finding(days=1)),
            (Answer(error="users_not_found"), Finding(days=1)),
            (Answer(error="missing_scope"), Finding(wait=3600, may_ask=False)),
            (Answer(error="ratelimited", status=429, retry_after=90), Finding(wait=90)),
            (Answer(error="ratelimited", status=429, retry_after=3), Finding(wait=60)),
            (Answer(error="no_answer", status=0), Finding(wait=60)),
            (Answer(error="invalid_auth"), Finding(wait=60)),
        ):
            with self.subTest(answer):
                self.assertEqual(user_lookup.judge(answer), expected)
