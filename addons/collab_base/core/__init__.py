from . import card, chain, worktime
