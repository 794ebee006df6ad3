//===- lowering/interpreter/Kernels.cpp - what kernels compute ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The meaning of the kernels that `vellum_cpu.kernel` names, in the formulas
/// of the language's interpreter.
///
//===----------------------------------------------------------------------===//

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include "dialect/interpreter/Formulas.h"
#include "lowering/interpreter/Machine.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

namespace {
/// What a kernel is called with, and the shape of what it writes.
struct KernelCall {
  ArrayRef<Array> inputs;
  ArrayRef<int64_t> scalars;
  const Shape &output;
};
using Kernel = Array (*)(const KernelCall &);
} // namespace

static Array copy(const KernelCall &call) {
  return reshaped(call.inputs[0], call.output);
}

/// The last two dimensions exchanged.
static Array transpose(const KernelCall &call) {
  const Array &from = call.inputs[0];
  Shape shape = from.shape, strides = rowMajorStrides(from.shape);
  const size_t rank = shape.size();
  std::swap(shape[rank - 2], shape[rank - 1]);
  std::swap(strides[rank - 2], strides[rank - 1]);
  return gather(from, shape, strides);
}

static Array softmaxOf(const KernelCall &call) {
  Array result = call.inputs[0];
  const int64_t *mask =
      call.inputs.size() > 1 ? call.inputs[1].integers.data() : nullptr;
  for (int64_t n = result.dim(-1), row = 0; row * n < result.size(); ++row)
    softmax(result.row(row), n,
            [&](int64_t i) { return !mask || mask[row * n + i]; });
  return result;
}

static Array softmaxGradientOf(const KernelCall &call) {
  Array result = call.inputs[1];
  const Array &y = call.inputs[0];
  for (int64_t n = y.dim(-1), row = 0; row * n < y.size(); ++row)
    softmaxGradient(result.row(row), y.row(row), n);
  return result;
}

static ShiftRule ruleOf(const KernelCall &call) {
  return ShiftRule(call.scalars[0], call.scalars[1]);
}

static Array shiftOf(const KernelCall &call) {
  return shift(ruleOf(call), call.inputs[0], call.inputs[1]);
}

static Array shiftTapsOf(const KernelCall &call) {
  return shiftTaps(ruleOf(call), call.inputs[0], call.inputs[1],
                   call.output.back());
}

static Array shiftTransposeOf(const KernelCall &call) {
  return shiftTranspose(ruleOf(call), call.inputs[0], call.inputs[1]);
}

template <RandomKind kind> static Array randomOf(const KernelCall &call) {
  return randomNumbers(kind, call.scalars[0], call.scalars[1], call.output);
}

/// `[panel][k][column]`, with zeros for the columns that the last panel lacks.
static Array panelsOf(const Array &weights, ArrayRef<int64_t> shape) {
  Array panels = Array::zeros(shape);
  const int64_t rows = weights.shape[0], columns = weights.shape[1],
                width = shape[2];
  for (int64_t k = 0; k < rows; ++k)
    for (int64_t j = 0; j < columns; ++j)
      panels.floats[(j / width * rows + k) * width + j % width] =
          weights.row(k)[j];
  return panels;
}

static Array packPanels(const KernelCall &call) {
  return panelsOf(call.inputs[0], call.output);
}

static Array packPanelsTransposed(const KernelCall &call) {
  return panelsOf(transpose(call), call.output);
}

static Kernel lookupKernel(StringRef name) {
  static const llvm::StringMap<Kernel> table = {
      {"copy", copy},
      {"transpose", transpose},
      {"softmax", softmaxOf},
      {"softmax_masked", softmaxOf},
      {"softmax_grad", softmaxGradientOf},
      {"shift", shiftOf},
      {"shift_taps", shiftTapsOf},
      {"shift_transpose", shiftTransposeOf},
      {"random_bits", randomOf<RandomKind::Bits>},
      {"random_uniform", randomOf<RandomKind::Uniform>},
      {"random_normal", randomOf<RandomKind::Normal>},
      {"random_permutation", randomOf<RandomKind::Permutation>},
      {"pack_panels", packPanels},
      {"pack_panels_transposed", packPanelsTransposed},
  };
  return table.lookup(name);
}

bool interpreter::hasMeaning(StringRef kernel) { return lookupKernel(kernel); }

std::optional<Array> interpreter::evaluateKernel(StringRef name,
                                                 ArrayRef<Array> inputs,
                                                 ArrayRef<int64_t> scalars,
                                                 const Shape &output) {
  Kernel kernel = lookupKernel(name);
  if (!kernel)
    return std::nullopt;
  return kernel({inputs, scalars, output});
}

//===----------------------------------------------------------------------===//
// On tensors and memory
//===----------------------------------------------------------------------===//

namespace {
/// One kernel being run.
class KernelRun {
public:
  KernelRun(cpu::KernelOp op, Frame &frame, Memory &memory)
      : op(op), frame(frame), memory(memory) {}

  LogicalResult run();

private:
  FailureOr<Array> read(unsigned operand);
  Shape shapeOf(mlir::Value value) const;
  LogicalResult write(Array result);
  LogicalResult checkOverlap(const View &output);

  cpu::KernelOp op;
  Frame &frame;
  Memory &memory;
};
} // namespace

static bool isMemory(mlir::Value value) {
  return isa<MemRefType>(value.getType());
}

FailureOr<Array> KernelRun::read(unsigned operand) {
  const mlir::Value value = op.getInputs()[operand];
  if (isMemory(value)) {
    const View view = viewOf(value, frame);
    FailureOr<Array> words = memory.load(operand, view.addresses());
    if (failed(words))
      return failure();
    return reshaped(std::move(*words), view.sizes);
  }
  const Array &array = frame[value];
  if (llvm::any_of(array.floats, isUnwritten))
    return op.emitOpError() << "reads an element of operand " << operand
                            << " that nothing has written";
  memory.traceElements(operand, array);
  return array;
}

Shape KernelRun::shapeOf(mlir::Value value) const {
  return isMemory(value) ? viewOf(value, frame).sizes : frame[value].shape;
}

/// Inputs may be elsewhere than the output, or where a kernel works in place
/// just where it is: it reads a row's elements before it writes them.
LogicalResult KernelRun::checkOverlap(const View &output) {
  const SmallVector<int64_t> to = output.addresses();
  llvm::DenseSet<int64_t> written(to.begin(), to.end());
  for (mlir::Value input : op.getInputs()) {
    if (!isMemory(input))
      continue;
    const SmallVector<int64_t> from = viewOf(input, frame).addresses();
    if (op.getName().starts_with("softmax") && from == to)
      continue;
    for (int64_t address : from)
      if (written.contains(address))
        return op.emitOpError()
               << "'" << op.getName() << "' reads " << memory.describe(address)
               << " and writes another element there";
  }
  return success();
}

LogicalResult KernelRun::write(Array result) {
  const mlir::Value output = op.getOutputs()[0];
  const Type type = getElementTypeOrSelf(output.getType());
  if (result.shape != shapeOf(output))
    return op.emitOpError() << "makes " << formatShape(result.shape) << " for "
                            << formatShape(shapeOf(output));
  if (!isMemory(output))
    return frame.set(op.getResult(0), std::move(result));
  for (double &x : result.floats)
    x = frame.round(x, type);
  for (int64_t &x : result.integers)
    x = llvm::SignExtend64(x, type.getIntOrFloatBitWidth());
  const View view = viewOf(output, frame);
  return failure(failed(checkOverlap(view)) ||
                 failed(memory.store(view.addresses(), result)));
}

LogicalResult KernelRun::run() {
  memory.enter(op);
  SmallVector<Array> inputs;
  for (unsigned i = 0; i < op.getInputs().size(); ++i) {
    FailureOr<Array> input = read(i);
    if (failed(input))
      return failure();
    inputs.push_back(std::move(*input));
  }
  std::optional<Array> result =
      evaluateKernel(op.getName(), inputs, frame.readIntegers(op.getScalars()),
                     shapeOf(op.getOutputs()[0]));
  if (!result)
    return op.emitOpError() << "names the kernel '" << op.getName()
                            << "', whose meaning the interpreter does not know";
  return write(std::move(*result));
}

void interpreter::addKernels(Evaluators &evaluators, Machine &machine) {
  evaluators.add<cpu::KernelOp>([&](cpu::KernelOp op, Frame &frame) {
    return KernelRun(op, frame, machine.memory).run();
  });
}
