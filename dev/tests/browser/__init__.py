"""What people see: pages in a real browser, of one Odoo that all of these tests share."""
