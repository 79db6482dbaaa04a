from . import (
    test_card,
    test_checkin,
    test_concurrency,
    test_core_days,
    test_core_streak,
    test_js,
    test_kudos,
    test_kudos_concurrency,
    test_kudos_sealed,
    test_leads,
    test_points,
    test_sealed,
)
