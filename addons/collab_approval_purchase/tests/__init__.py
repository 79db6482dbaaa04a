from . import test_attacks, test_flow, test_portal, test_tours
