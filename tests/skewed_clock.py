"""For tests of hosts whose clock differs from PostgreSQL's."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from ..models.common import database_time


class Skewed:
    """Mixed into a test case, before it. What a process has read of PostgreSQL's clock is forgotten with each block."""

    def tearDown(self):
        database_time._readings.clear()
        super().tearDown()

    def skewed(self, seconds):
        """A block on a host whose clock differs by so many seconds."""
        database_time._readings.clear()
        return freeze_time(fields.Datetime.now() + timedelta(seconds=seconds), tick=True)
