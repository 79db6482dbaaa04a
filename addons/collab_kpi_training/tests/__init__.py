from . import test_certifications, test_demo, test_reading
