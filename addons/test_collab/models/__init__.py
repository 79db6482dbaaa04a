from . import collab_card
from . import test_collab_log
from . import test_collab_record
from . import test_collab_document
from . import test_collab_book
from . import test_collab_guarded
from . import test_collab_job
from . import test_collab_sealed
