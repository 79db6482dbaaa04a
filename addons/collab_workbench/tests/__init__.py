from . import test_cards, test_workbench
