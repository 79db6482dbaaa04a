{
    "name": "Collab KPI: Pulse",
    "summary": "One question a month on the workbench: how much the system helps",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "collab_workbench", "collab_guard"],
    "data": [
        "security/ir.model.access.csv",
        "security/collab_kpi_pulse_security.xml",
        "data/collab_kpi_data.xml",
    ],
    "assets": {
        "web.assets_backend": ["collab_kpi_pulse/static/src/**/*"],
        "web.assets_unit_tests": ["collab_kpi_pulse/static/tests/*.test.js"],
    },
    "auto_install": ["collab_kpi", "collab_workbench"],
}
