# Text tests: every .mlir and .test file below this folder.

import os

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "vellum"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "unit"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.vellum_build, "test")

# FileCheck, not, count, split-file and ours: one that is missing ends the run.
tools = ["FileCheck", "count", "not", "split-file", "mlir-tblgen"]
tools += ["vellum", "vellum-opt", "vellum-lsp-server"]
tools += ["random-programs", "spoilt-files", "spoilt-models", "vary-sizes"]
# A name after = is an option's value: `-dialect=vellum`.
llvm_config.add_tool_substitutions(
    [ToolSubst(tool, pre=r".-^/\<=@", unresolved="fatal") for tool in tools],
    [config.vellum_bin, config.llvm_tools_dir],
)

config.substitutions += [
    ("%source", config.vellum_source),
    ("%examples", config.vellum_source + "/examples"),
    ("%llvm_tools", config.llvm_tools_dir),
    ("%mlir_include", config.mlir_include),
    ("%python", config.python),
    ("%vellum_bin", config.vellum_bin),
    ("%vellum_path", config.vellum_bin + "/vellum"),
    ("%breaking_passes", config.vellum_build + "/lib/vellum_breaking_passes.so"),
    ("%c_compiler", config.c_compiler),
    ("%cxx_compiler", config.cxx_compiler),
]

# A $VARIABLE without $ at its front is forgotten at the next CHECK-LABEL.
config.environment["FILECHECK_OPTS"] = "-enable-var-scope"

# `UNSUPPORTED: quick` keeps a slow test out of `./check --quick`.
if lit_config.params.get("quick"):
    config.available_features.add("quick")

if config.vellum_sanitize:
    config.available_features.add("asan")
    lit_config.load_config(config, config.test_source_root + "/sanitizers.cfg.py")

# The instruction sets that this machine can run: numeric tests name a target.
with open("/proc/cpuinfo") as cpus:
    flags = set(next((line for line in cpus if line.startswith("flags")), "").split())
if {"avx2", "fma", "bmi2", "f16c"} <= flags:
    config.available_features.add("x86-64-v3")
if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags:
    config.available_features.add("x86-64-v4")
