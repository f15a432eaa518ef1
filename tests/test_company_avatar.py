"""A company without a logo is shown by its initial, not by the picture “Your logo”."""

from base64 import b64decode, b64encode

from odoo.tests import tagged
from odoo.tools import file_open

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestCompanyAvatar(BridgeCase):
    def test_the_avatar_of_a_company(self):
        company = self.env["res.company"].create({"name": "Acme"})
        self.assertTrue(company.uses_default_logo)
        avatar = b64decode(company.partner_id.avatar_128)
        self.assertTrue(avatar.startswith(b"<?xml") and b">A</text>" in avatar)
        with file_open("web/static/img/logo.png", "rb") as picture:
            company.logo = b64encode(picture.read())
        self.assertFalse(company.uses_default_logo)
        self.assertFalse(b64decode(company.partner_id.avatar_128).startswith(b"<?xml"))
