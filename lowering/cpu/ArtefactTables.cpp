//===- lowering/cpu/ArtefactTables.cpp - an artefact's own functions ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/ArtefactTables.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"

#include "runtime/Json.h"

using namespace llvm;
using namespace vellum;

std::string vellum::versionName(const ArtefactEntry &entry, StringRef target) {
  return (entry.symbol + "." + target).str();
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {
/// Writes the structs of runtime/artefact/Artefact.h as constants.
class Tables {
public:
  explicit Tables(Module &module)
      : module(module), context(module.getContext()) {}

  Constant *entry(const ArtefactEntry &entry);
  Constant *record(const ArtefactRecord &record);
  /// The code of an entry, as it also stands in its table.
  Constant *versions(const ArtefactEntry &entry);

private:
  Constant *i32(int32_t value) {
    return ConstantInt::getSigned(Type::getInt32Ty(context), value);
  }
  Constant *i64(int64_t value) {
    return ConstantInt::getSigned(Type::getInt64Ty(context), value);
  }
  Constant *f64(double value) {
    return ConstantFP::get(Type::getDoubleTy(context), value);
  }
  Constant *sizes(ArrayRef<int64_t> shape) {
    auto *type = ArrayType::get(Type::getInt64Ty(context), shape.size());
    return ConstantArray::get(
        type, map_to_vector(shape, [&](int64_t size) { return i64(size); }));
  }
  Constant *structOf(ArrayRef<Constant *> members) {
    return ConstantStruct::getAnon(context, members);
  }
  Constant *global(Constant *value, bool isShared = false);
  Constant *text(StringRef text) {
    return global(ConstantDataArray::getString(context, text),
                  /*isShared=*/true);
  }
  /// A pointer to `rows`, which have one type; null where there are none.
  Constant *array(ArrayRef<Constant *> rows);

  Constant *port(const ArtefactPort &port);
  Constant *ports(ArrayRef<ArtefactPort> ports) {
    return array(map_to_vector(
        ports, [&](const ArtefactPort &each) { return port(each); }));
  }
  Constant *versionsOf(const ArtefactEntry &entry);
  Constant *field(const ArtefactField &field);
  Constant *initializer(const Initializer &initializer);

  Module &module;
  LLVMContext &context;
};
} // namespace

Constant *Tables::global(Constant *value, bool isShared) {
  auto *variable = new GlobalVariable(module, value->getType(),
                                      /*isConstant=*/true,
                                      GlobalValue::PrivateLinkage, value);
  if (isShared)
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return variable;
}

Constant *Tables::array(ArrayRef<Constant *> rows) {
  if (rows.empty())
    return ConstantPointerNull::get(PointerType::get(context, 0));
  return global(ConstantArray::get(
      ArrayType::get(rows.front()->getType(), rows.size()), rows));
}

Constant *Tables::port(const ArtefactPort &port) {
  const artefact::Port &layout = port.layout;
  static_assert(sizeof layout == 96, "as written here");
  return structOf({text(port.name), i64(layout.offset), sizes(layout.shape),
                   i32(layout.place), i32(layout.form), i32(layout.dtype),
                   i32(layout.rank)});
}

Constant *Tables::versions(const ArtefactEntry &entry) {
  return global(versionsOf(entry));
}

Constant *Tables::versionsOf(const ArtefactEntry &entry) {
  static_assert(sizeof(artefact::Versions) == 24, "as written here");
  SmallVector<Constant *> code;
  for (const DeviceTarget &target : deviceTargets()) {
    Constant *function = module.getFunction(versionName(entry, target.name));
    code.push_back(
        function ? function
                 : ConstantPointerNull::get(PointerType::get(context, 0)));
  }
  return structOf(code);
}

Constant *Tables::entry(const ArtefactEntry &entry) {
  static_assert(sizeof(artefact::Entry) == 72, "as written here");
  return global(
      structOf({text(entry.name), ports(entry.arguments), ports(entry.results),
                i64(entry.arguments.size()), i64(entry.results.size()),
                i64(entry.numSizes), versionsOf(entry)}));
}

Constant *Tables::initializer(const Initializer &initializer) {
  static_assert(sizeof initializer == 40, "as written here");
  return structOf({i32(initializer.kind), i32(initializer.padding),
                   i64(initializer.rows), i64(initializer.columns),
                   f64(initializer.first), f64(initializer.second)});
}

Constant *Tables::field(const ArtefactField &field) {
  static_assert(sizeof(artefact::RecordField) == 152, "as written here");
  const artefact::Field &layout = field.layout.field;
  Constant *first =
      structOf({text(field.name), i32(layout.dtype), i32(layout.rank),
                sizes(layout.shape), i64(layout.offset), i64(layout.bytes)});
  return structOf({first, text(quoteJson(field.name)),
                   i64(field.layout.nameHash),
                   initializer(field.layout.initializer)});
}

Constant *Tables::record(const ArtefactRecord &record) {
  static_assert(sizeof(artefact::Record) == 16, "as written here");
  return global(structOf({array(map_to_vector(record.fields,
                                              [&](const ArtefactField &each) {
                                                return field(each);
                                              })),
                          i64(record.fields.size())}));
}

//===----------------------------------------------------------------------===//
// Exported functions
//===----------------------------------------------------------------------===//

namespace {
/// Adds functions that pass their arguments on, with a table in front.
class Exports {
public:
  explicit Exports(Module &module)
      : module(module), tables(module), builder(module.getContext()) {}

  void addContext(const ArtefactInterface &interface);
  void addEntry(const ArtefactEntry &entry);
  void addRecord(const ArtefactRecord &record);

  std::vector<std::string> names;

private:
  Function *begin(const std::string &name, Type *result,
                  ArrayRef<Type *> arguments);
  void forward(StringRef callee, ArrayRef<Value *> arguments);
  /// `name(arguments…)` calls `callee(table, arguments…)`, if there is a table.
  void add(const std::string &name, StringRef callee, Type *result,
           ArrayRef<Type *> arguments, Value *table = nullptr);

  Module &module;
  Tables tables;
  IRBuilder<> builder;
};
} // namespace

Function *Exports::begin(const std::string &name, Type *result,
                         ArrayRef<Type *> arguments) {
  names.push_back(name);
  // The program's own functions may have any name.
  if (GlobalValue *taken = module.getNamedValue(name))
    taken->setName(name + ".hidden");
  auto *function =
      Function::Create(FunctionType::get(result, arguments, /*isVarArg=*/false),
                       GlobalValue::ExternalLinkage, name, module);
  builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "", function));
  return function;
}

void Exports::forward(StringRef callee, ArrayRef<Value *> arguments) {
  Function *function = module.getFunction(callee);
  assert(function && "the artefact library has it");
  CallInst *call = builder.CreateCall(function, arguments);
  if (call->getType()->isVoidTy())
    builder.CreateRetVoid();
  else
    builder.CreateRet(call);
}

void Exports::add(const std::string &name, StringRef callee, Type *result,
                  ArrayRef<Type *> arguments, Value *table) {
  Function *function = begin(name, result, arguments);
  SmallVector<Value *> values;
  if (table)
    values.push_back(table);
  for (Argument &argument : function->args())
    values.push_back(&argument);
  forward(callee, values);
}

void Exports::addContext(const ArtefactInterface &interface) {
  const std::string &prefix = interface.prefix;
  Type *pointer = builder.getPtrTy(), *none = builder.getVoidTy();
  add(prefix + "_create", "vellum_artefact_create", pointer,
      builder.getInt32Ty());
  add(prefix + "_destroy", "vellum_artefact_destroy", none, pointer);
  add(prefix + "_error", "vellum_artefact_error", pointer, pointer);
  // All entries have code for the same targets.
  add(prefix + "_target", "vellum_artefact_target", pointer, {},
      tables.versions(interface.entries.front()));
}

void Exports::addEntry(const ArtefactEntry &entry) {
  Type *pointer = builder.getPtrTy();
  const bool given[] = {true, entry.takes(artefact::kInParameters),
                        entry.takes(artefact::kInState),
                        entry.takes(artefact::kInCall), entry.hasResults()};
  SmallVector<Type *> types(llvm::count(given, true), pointer);
  Function *function = begin(entry.symbol, builder.getInt32Ty(), types);
  SmallVector<Value *> values{tables.entry(entry)};
  auto *next = function->arg_begin();
  for (bool isGiven : given)
    values.push_back(isGiven ? cast<Value>(next++)
                             : ConstantPointerNull::get(builder.getPtrTy()));
  forward("vellum_artefact_call", values);
}

void Exports::addRecord(const ArtefactRecord &record) {
  Type *pointer = builder.getPtrTy(), *code = builder.getInt32Ty();
  Constant *table = tables.record(record);
  add(record.symbol + "_field", "vellum_artefact_field", pointer,
      builder.getInt64Ty(), table);
  add(record.symbol + "_load", "vellum_artefact_load", code,
      {pointer, pointer, pointer}, table);
  add(record.symbol + "_save", "vellum_artefact_save", code,
      {pointer, pointer, pointer}, table);
  if (record.isRandom) {
    add(record.symbol + "_init", "vellum_artefact_initialize", code,
        {pointer, pointer, builder.getInt64Ty()}, table);
    return;
  }
  Function *function = begin(record.symbol + "_init", code, {pointer, pointer});
  forward(
      "vellum_artefact_initialize",
      {table, function->getArg(0), function->getArg(1), builder.getInt64(0)});
}

std::vector<std::string>
vellum::addInterface(Module &module, const ArtefactInterface &interface) {
  Exports exports(module);
  exports.addContext(interface);
  for (const ArtefactEntry &entry : interface.entries)
    exports.addEntry(entry);
  for (const ArtefactRecord &record : interface.records)
    exports.addRecord(record);
  return std::move(exports.names);
}
