{
    "name": "Collab KPI: Expenses",
    "summary": "What expenses come to, how many are submitted, and how long until they are approved",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "hr_expense"],
    "data": ["data/collab_kpi_data.xml"],
    "auto_install": True,
}
