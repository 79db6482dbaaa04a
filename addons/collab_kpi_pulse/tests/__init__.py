from . import test_answers, test_js
