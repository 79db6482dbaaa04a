from . import models, wizard
from .hooks import keep_badges
