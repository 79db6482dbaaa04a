from . import test_closing, test_demo, test_points, test_practice
