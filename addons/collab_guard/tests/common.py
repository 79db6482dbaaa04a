from odoo.tools import SQL


def made_earlier(records):
    """Return ``records`` as another transaction had created them: the gate tells who creates
    a document something else than who changes one, and tests do all in one transaction."""
    records.env.flush_all()
    records.env.cr.execute(
        SQL(
            "UPDATE %s SET create_date = create_date - interval '1 day' WHERE id IN %s",
            SQL.identifier(records._table),
            tuple(records.ids),
        )
    )
    records.invalidate_recordset(["create_date"])
    return records


class QueryCount:
    """For test cases that compare numbers of queries."""

    def _count(self, action):
        """Return how many queries ``action``, a callable, takes with nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start
