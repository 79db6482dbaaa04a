{
    "name": "Collab Guard",
    "summary": "Refuses writes that somebody else has to decide",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["base", "web"],
    "assets": {
        "web.assets_backend": ["collab_guard/static/src/**/*"],
    },
}
