# What both suites need in order to run under the sanitizers.

# The LLVM packages are not instrumented: containers that cross into them look
# overflowed, and inline functions are defined on both sides.
config.environment["ASAN_OPTIONS"] = ":".join(
    ["detect_container_overflow=0", "detect_odr_violation=0"]
)
config.environment["LSAN_OPTIONS"] = ":".join(
    [
        "suppressions=" + config.vellum_source + "/test/leaks.supp",
        "print_suppressions=0",
    ]
)
config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
