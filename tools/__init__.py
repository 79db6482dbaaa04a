"""Getting and starting what Collab runs on: Odoo, Python packages, PostgreSQL.

Standard library only: this is what runs before anything is installed.
"""
