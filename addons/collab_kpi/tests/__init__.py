from . import test_counting, test_js
