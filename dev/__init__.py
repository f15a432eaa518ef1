"""Everything that is not the addon: setup, services, tests' runner, lint.

Nothing of the addon imports it, and it keeps no state inside the checkout.
"""
