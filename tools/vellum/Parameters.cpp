//===- tools/vellum/Parameters.cpp - values of a model's parameters -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Parameters.h"

#include "dialect/interpreter/Initializers.h"
#include "dialect/interpreter/TensorConversion.h"
#include "tools/vellum/Checkpoint.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

ParameterValues vellum::initialParameters(Model &model, uint64_t seed) {
  ParameterValues values;
  for (ParameterOp parameter : model.getParameters())
    values[parameter.getSymName()] =
        interpreter::toTensor(interpreter::initialParameter(parameter, seed),
                              *dtypeOf(parameter.getType()));
  return values;
}

bool vellum::isDrawn(ParameterOp parameter) {
  const Initializer::Kind kind = interpreter::initializerOf(parameter).kind;
  return kind == Initializer::Uniform || kind == Initializer::Normal ||
         kind == Initializer::Orthogonal;
}

FailureOr<Tensor> vellum::takeTensor(std::vector<NamedTensor> &tensors,
                                     StringRef name, Type type,
                                     StringRef path) {
  auto found = llvm::find_if(
      tensors, [&](const NamedTensor &each) { return each.name == name; });
  if (found == tensors.end())
    return reportError(path + ": has no tensor '" + name +
                       "', which has type " + describe(type) + " in the model");
  if (!hasType(found->tensor, type))
    return reportError(path + ": tensor '" + name + "' has type " +
                       describe(type) + " in the model, but got " +
                       describe(found->tensor));
  Tensor tensor = std::move(found->tensor);
  tensors.erase(found);
  return tensor;
}

LogicalResult vellum::checkAllTaken(const std::vector<NamedTensor> &tensors,
                                    StringRef path, StringRef modelPath) {
  if (tensors.empty())
    return success();
  return reportError(path + ": has a tensor '" + tensors.front().name +
                     "', which " + modelPath + " does not declare");
}

FailureOr<ParameterValues> vellum::readWeights(Model &model,
                                               const std::string &path) {
  Result<SafetensorsFile> file = readSafetensors(path);
  if (!file)
    return reportError(file.error());
  ParameterValues values;
  for (ParameterOp parameter : model.getParameters()) {
    FailureOr<Tensor> tensor = takeTensor(file->tensors, parameter.getSymName(),
                                          parameter.getType(), path);
    if (failed(tensor))
      return failure();
    values[parameter.getSymName()] = std::move(*tensor);
  }
  if (!isCheckpoint(*file) &&
      failed(checkAllTaken(file->tensors, path, model.getPath())))
    return failure();
  return values;
}

std::vector<NamedTensor> vellum::inOrder(Model &model,
                                         const ParameterValues &values) {
  std::vector<NamedTensor> tensors;
  for (ParameterOp parameter : model.getParameters()) {
    StringRef name = parameter.getSymName();
    tensors.push_back({name.str(), values.find(name)->second});
  }
  return tensors;
}

std::optional<std::string> vellum::findMetadata(const SafetensorsFile &file,
                                                StringRef name) {
  for (const auto &[key, value] : file.metadata)
    if (key == name)
      return value;
  return std::nullopt;
}
