from . import card, chain, worktime, zones
