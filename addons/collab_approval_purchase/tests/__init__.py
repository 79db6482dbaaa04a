from . import test_attacks, test_flow, test_tours
