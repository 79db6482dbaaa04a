from . import collab_approval_request
from . import collab_document
from . import collab_document_rights
from . import collab_folder
