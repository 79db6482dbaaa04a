from . import test_core_chart, test_js
