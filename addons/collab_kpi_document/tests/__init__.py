from . import test_uses
