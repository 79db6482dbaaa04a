{
    "name": "Collab KPI: Documents",
    "summary": "How much documents are used again, and how often an outdated version is",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "collab_document"],
    "data": ["data/collab_kpi_data.xml"],
    "auto_install": True,
}
