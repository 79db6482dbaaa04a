from . import test_charts, test_core_chart, test_js
