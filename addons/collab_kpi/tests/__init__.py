from . import test_core_status, test_js
