"""Reads a record and the records it refers to in one query, where Odoo would ask once per table."""

from odoo.tools import SQL, Query


def read_joined(record, facts):
    """Fill the cache, so that reading these fields costs nothing until the transaction ends.

    What is in the cache already stays, so nothing that waits to be written is lost.

    :param record: one record; what it refers to is read without asking for rights, so make it sudo
    :param facts: names of stored fields, by the path that leads to their record: ``{"": […], "partner_id": […]}``;
        a path stands behind the one it continues
    """
    # Whole translations: the words may be needed in a language that is only known once they are read.
    model = record.sudo().with_context(prefetch_langs=True)
    query = Query(model.env, model._table, model._table_sql)
    query.add_where(SQL("%s = %s", SQL.identifier(model._table, "id"), record.id))
    places = {"": (model, model._table)}
    for path in filter(None, facts):
        start, _dot, name = path.rpartition(".")
        origin, alias = places[start]
        target = model.env[origin._fields[name].comodel_name]
        places[path] = target, query.left_join(alias, name, target._table, "id", name)
    columns = [(path, name) for path, names in facts.items() for name in ("id", *names)]
    terms = [places[path][0]._field_to_sql(places[path][1], name, query) for path, name in columns]
    rows = model.env.execute_query(query.select(*terms))
    if not rows:
        return
    for (path, name), value in zip(columns, rows[0], strict=True):
        if name == "id":
            target = places[path][0].browse(value)
        elif target:
            target._fields[name]._insert_cache(target, [value])
