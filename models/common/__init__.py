"""Shared by all rooms: groups, transactions, snapshots, translation, wake-ups of crons, identity of the database."""

from . import helpdesk_bridge_cached, helpdesk_bridge_shared, helpdesk_bridge_without_gateway  # others inherit them
from . import helpdesk_bridge_counter, helpdesk_bridge_database

# What extends a model comes after what makes it.
from . import ir_attachment, ir_cron, res_users
