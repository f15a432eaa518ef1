"""A pytest plugin for tests of pure code: whoever imports Odoo there fails at once."""

import sys

sys.modules["odoo"] = None
