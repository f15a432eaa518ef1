# ruff: noqa: F821 (Odoo's shell has `env`)
"""In Odoo's shell, with the first release: every model of ours has rows, and rows of every kind."""

#: (model, field, value) -> why there is no row of this kind.
NONE = {}

missing = []
fields = env["ir.model.data"].search([("module", "=", "helpdesk_bridge"), ("model", "=", "ir.model.fields")])
models = env["ir.model.data"].search([("module", "=", "helpdesk_bridge"), ("model", "=", "ir.model")])
for model in env["ir.model"].browse(models.mapped("res_id")).exists():
    if model.transient or model.model not in env or env[model.model]._abstract or not env[model.model]._auto:
        continue
    found = env[model.model].with_context(active_test=False)
    ours = model.model.startswith("helpdesk.") and not model.model.startswith("helpdesk.ticket")
    if ours and not found.search_count([], limit=1):
        missing.append(model.model)
    stored = [("model_id", "=", model.id), ("ttype", "=", "selection"), ("store", "=", True)]
    for field in env["ir.model.fields"].search([*stored, ("id", "in", fields.mapped("res_id"))]):
        values = [value for value, _label in found._fields[field.name]._description_selection(env)]
        for value in values:
            kind = (model.model, field.name, value)
            if kind not in NONE and not found.search_count([(field.name, "=", value)], limit=1):
                missing.append(kind)
if missing:
    raise AssertionError(f"fill.py makes no row of: {missing}")
