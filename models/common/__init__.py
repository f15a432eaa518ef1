"""Shared by all rooms: groups, transactions, snapshots, translation, wake-ups of crons, identity of the database."""

# Others inherit them.
from . import helpdesk_bridge_cached, helpdesk_bridge_counted, helpdesk_bridge_shared, helpdesk_bridge_without_gateway
from . import helpdesk_bridge_counter, helpdesk_bridge_database, helpdesk_bridge_neighbours, helpdesk_bridge_workers

# What extends a model comes after what makes it.
from . import ir_attachment, ir_cron, ir_rule, res_company, res_partner, res_users
