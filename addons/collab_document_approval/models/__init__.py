from . import collab_document
from . import collab_folder
