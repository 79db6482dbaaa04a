from . import test_closing, test_points, test_practice
