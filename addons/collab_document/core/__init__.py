from . import numbering, roles
