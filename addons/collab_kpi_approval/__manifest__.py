{
    "name": "Collab KPI: Approvals",
    "summary": "How long approvals take, with whom they wait, and what a new policy has changed",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "collab_approval"],
    "data": ["data/collab_kpi_data.xml"],
    "auto_install": True,
}
