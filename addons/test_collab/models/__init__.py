from . import collab_card
from . import test_collab_log
from . import test_collab_record
