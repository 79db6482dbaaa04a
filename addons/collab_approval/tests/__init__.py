from . import test_core
from . import test_js
