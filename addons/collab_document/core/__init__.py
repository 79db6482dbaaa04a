from . import kinds, names, numbering, roles, sizes, words
