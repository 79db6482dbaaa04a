from . import (
    test_attacks_changing,
    test_attacks_confirming,
    test_attacks_deciding,
    test_attacks_engine,
    test_attacks_policies,
    test_attacks_server_actions,
    test_attacks_told,
    test_flow,
    test_portal,
    test_tours,
)
