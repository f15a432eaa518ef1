from odoo import api, models


class HelpdeskBridgeDatabase(models.AbstractModel):
    _inherit = "helpdesk.bridge.database"

    @api.model
    def _load_demo(self):
        """Play the demo stories; `demo/helpdesk_demo.xml` calls this, on installation or when demo data comes later.

        The code that plays them is imported only now: a database without demo data does not load it.
        """
        from ...demo.demo_player import Demo  # noqa: PLC0415

        Demo(self.env).load()
