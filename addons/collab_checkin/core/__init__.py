from . import days, streak
