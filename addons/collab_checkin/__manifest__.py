{
    "name": "Collab Check-ins",
    "summary": "Daily check-ins with streaks that know working days and leave",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_base", "collab_guard"],
    "data": [
        "security/collab_checkin_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
    ],
    "assets": {
        "web.assets_backend": ["collab_checkin/static/src/**/*"],
        "web.assets_unit_tests": ["collab_checkin/static/tests/*.js"],
    },
    "application": True,
}
