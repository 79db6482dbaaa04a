from . import (
    collab_card,
    test_collab_document,
    test_collab_guarded,
    test_collab_log,
    test_collab_record,
    test_collab_sealed,
)
