from . import test_demo, test_reading, test_tasks
