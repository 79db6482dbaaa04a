"""The roles that a folder grants, weakest first."""

#: role → level; a higher one can do all that a lower one can
LEVELS = {"reader": 1, "contributor": 2, "editor": 3, "owner": 4}
