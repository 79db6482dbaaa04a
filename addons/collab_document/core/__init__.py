from . import kinds, names, numbering, roles, words
