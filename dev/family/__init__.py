"""`make family`: the addons that people install beside ours pass their own tests there, and so does Odoo's gateway."""
