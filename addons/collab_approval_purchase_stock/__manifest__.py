{
    "name": "Collab Approvals: Purchase and Inventory",
    "summary": "Replenishment leaves orders alone that are under review or approved",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_approval_purchase", "purchase_stock"],
    # where both are in use anyway; nobody gets Inventory by installing Collab
    "auto_install": ["collab_approval_purchase", "purchase_stock"],
}
