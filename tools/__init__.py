"""Pure rooms: what a thing means and how it reads.

Nothing here imports Odoo or touches the network, so every module can be tested in milliseconds with a table of
values in and values out.
"""
