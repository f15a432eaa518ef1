"""Lets the tests import a pure file of any room, whatever it imports of its neighbours: `helpdesk_bridge.demo`.

The package stands there without its `__init__`, which imports Odoo.
"""

import sys
from pathlib import Path
from types import ModuleType

addon = ModuleType("helpdesk_bridge")
addon.__path__ = [str(Path(__file__).resolve().parents[2])]
sys.modules["helpdesk_bridge"] = addon
