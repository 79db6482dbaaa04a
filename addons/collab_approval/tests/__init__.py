from . import test_core
from . import test_fingerprint
from . import test_js
