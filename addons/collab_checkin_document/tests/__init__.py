from . import test_points, test_practice
