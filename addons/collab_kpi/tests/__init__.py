from . import (
    test_charts,
    test_core_canonical,
    test_core_chart,
    test_core_few,
    test_core_forecast,
    test_core_formula,
    test_core_periods,
    test_core_status,
    test_js,
)
