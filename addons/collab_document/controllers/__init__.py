from . import upload
from . import content
from . import share
