"""Silent changes: they are reported neither in Slack nor by email.

Odoo's own import of a file sets both keys when its user leaves "Track history during import" unticked. Demo data, the
import from the former bridge and previews use the same two keys.
"""

#: For `with_context`: records are made and changed as by such an import.
SILENT = {"import_file": True, "tracking_disable": True}


def is_silent(env):
    """Whether changes in this environment are silent."""
    return all(env.context.get(key) for key in SILENT)
