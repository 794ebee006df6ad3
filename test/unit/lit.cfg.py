# GoogleTest binaries: every file of the build's unit folder named *_tests.

import lit.formats

config.name = "unit"
config.test_format = lit.formats.GoogleTest(".", "_tests")
config.suffixes = []
config.test_source_root = config.unit_tests
config.test_exec_root = config.unit_tests

# Tests named *Slow* stay out of `./check --quick`.
if lit_config.params.get("quick"):
    config.environment["GTEST_FILTER"] = "-*Slow*"

if config.vellum_sanitize:
    lit_config.load_config(config, config.vellum_source + "/test/sanitizers.cfg.py")
