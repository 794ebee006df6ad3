//===- lowering/interpreter/LoweredRun.h - runs programs at any phase -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_INTERPRETER_LOWEREDRUN_H
#define VELLUM_LOWERING_INTERPRETER_LOWEREDRUN_H

#include "mlir/IR/BuiltinOps.h"

#include <memory>
#include <optional>
#include <string>

#include "dialect/interpreter/Interpreter.h"
#include "lowering/interpreter/Memory.h"

namespace vellum::interpreter {

struct Machine;

/// How a closed function is called, whatever becomes of it: passes give it the
/// C interface, on memory, with its program in `@name.body`.
struct Signature {
  static Signature of(mlir::func::FuncOp function);

  std::string name;
  unsigned numResults = 0;
  /// For each result the argument that it overwrites, if it does.
  SmallVector<std::optional<unsigned>> overwritten;
  /// The arguments that are memory, whose contents are results too.
  SmallVector<unsigned> memories;
};

/// One call of a function of a module that any pass up to bufferisation has
/// left: vellum's ops, linalg on tensors, tiles, memory and the calls that
/// OutlineTiles makes.
///
/// It is the language's interpreter with more evaluators. Memory is not the
/// machine's but one where every word knows who wrote it, so that an access
/// outside of a buffer, of a word that nobody has written or of one that
/// another tile or iteration writes is a diagnostic at the op.
class LoweredRun {
public:
  /// Ends with an error after `maxSteps`, if that is not 0.
  explicit LoweredRun(Precision precision, int64_t maxSteps = 0);
  ~LoweredRun();

  /// Notes what ops read; before `call`.
  void setTrace(Trace *trace);

  /// The results in the order of the signature, then what memories hold.
  FailureOr<SmallVector<Array>> call(mlir::ModuleOp module,
                                     const Signature &signature,
                                     ArrayRef<Array> arguments);

  /// Whether the call failed only because it took too many steps.
  bool wasGivenUp() const { return isGivenUp; }

  /// The memory after the call.
  const Memory &getMemory() const;

private:
  FailureOr<SmallVector<Array>> passArguments(mlir::func::FuncOp function,
                                              ArrayRef<Array> arguments);
  FailureOr<Array> contentsOf(mlir::func::FuncOp function, mlir::Type type,
                              const Array &value, unsigned result);
  FailureOr<SmallVector<Array>> resultsOf(mlir::func::FuncOp function,
                                          const Signature &signature,
                                          ArrayRef<Array> passed,
                                          ArrayRef<Array> returned);

  Options options;
  std::unique_ptr<Machine> machine;
  bool isGivenUp = false;
};

} // namespace vellum::interpreter

#endif // VELLUM_LOWERING_INTERPRETER_LOWEREDRUN_H
