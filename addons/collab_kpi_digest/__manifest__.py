{
    "name": "Collab KPI: Digest",
    "summary": "The indicators that somebody is responsible for, in Odoo's digest",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "digest"],
    "auto_install": True,
}
