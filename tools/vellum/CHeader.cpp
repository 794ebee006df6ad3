//===- tools/vellum/CHeader.cpp - a model's header for C ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <set>

#include "tools/vellum/CInterface.h"

using namespace llvm;
using namespace vellum;

StringRef vellum::cTypeOf(int32_t dtype) {
  switch (dtype) {
  case VELLUM_F32:
    return "float";
  case VELLUM_F64:
    return "double";
  case VELLUM_I1:
    return "uint8_t";
  case VELLUM_I8:
    return "int8_t";
  case VELLUM_I32:
    return "int32_t";
  default:
    return "int64_t";
  }
}

/// `vellum_f32_3d`.
static std::string tensorType(int32_t dtype, int32_t rank) {
  static constexpr StringLiteral names[] = {"f32", "f64", "i1",
                                            "i8",  "i32", "i64"};
  return ("vellum_" + names[dtype] + "_" + Twine(rank) + "d").str();
}

/// A letter for each of the sizes that are known at run time.
static std::string sizeName(int64_t size) {
  if (size >= 0)
    return std::to_string(size);
  if (size == artefact::kAnySize)
    return "?";
  const int64_t number = -1 - size;
  constexpr int64_t letters = 26;
  std::string name(1, static_cast<char>('A' + number % letters));
  return number < letters ? name : name + std::to_string(number / letters);
}

//===----------------------------------------------------------------------===//
// What all headers have
//===----------------------------------------------------------------------===//

// In these texts $ is the prefix, # the name of a struct.

static constexpr StringLiteral introduction = R"(
   A context holds threads, memory and the last error. Calls with one context
   come one at a time; several contexts do not know of each other. Results have
   the same bits for any number of threads.

   Tensors are dense and row-major. Arguments belong to the caller and are not
   kept. A tensor in the results belongs to the context and lives to the end of
   the next call with it: so it can be an argument of that call.

   Functions that can fail return VELLUM_OK or another vellum_code; then
   $_error says what is wrong. Nothing is changed by a call that fails,
   and the context can be used again; no error ends the process.

   Comments give sizes. Those with one letter must be equal within a call. */
)";

static constexpr StringLiteral sharedTypes = R"(
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef VELLUM_ARTEFACT_H
#define VELLUM_ARTEFACT_H

enum vellum_code {
  VELLUM_OK = 0,
  VELLUM_BAD_ARGUMENT = 1, /* an argument or a file does not fit */
  VELLUM_BAD_MACHINE = 2,  /* no code for the instructions of this machine */
  VELLUM_FAILED = 3        /* the program or the system reports an error */
};

/* A member of a struct of arrays. */
typedef struct vellum_field {
  const char *name; /* in the model and in .safetensors files */
  int32_t type;     /* 0 float, 1 double */
  int32_t rank;
  int64_t shape[8];
  uint64_t offset; /* from the start of the struct, in bytes */
  uint64_t bytes;
} vellum_field;

#endif
)";

static constexpr StringLiteral contextFunctions = R"(
typedef struct $_context $_context;

/* Makes a context in which `threads` threads work, at least 1, the caller among
   them. Null where the system does not give them. */
$_context *$_create(int threads);

/* Frees a context and its results; null is fine. */
void $_destroy($_context *context);

/* What was wrong with the last call; "" where nothing was. */
const char *$_error(const $_context *context);

/* The instructions used on this machine, such as "x86-64-v3"; null where there
   is no code for it. */
const char *$_target(void);
)";

static constexpr StringLiteral initOfParameters = R"(
/* Draws them from the model's initialisers, as `vellum train --seed` does. */
int #_init($_context *context,
    # *values, uint64_t seed);
)";

static constexpr StringLiteral initOfState = R"(
/* Sets it to what it is before the first step. */
int #_init($_context *context,
    # *values);
)";

static constexpr StringLiteral recordFunctions = R"(
/* Reads all from a .safetensors file, a checkpoint for example, which may hold
   more; and writes one, with the bytes of `vellum train`. */
int #_load($_context *context,
    # *values, const char *path);
int #_save($_context *context,
    const # *values, const char *path);

/* The i-th member; null beyond the last. */
const vellum_field *#_field(size_t i);
)";

static constexpr StringLiteral stepComment = R"(
/* A step of training, which updates parameters and state. The steps of a run
   count from 0; with its seed, they are those of `vellum train`. */
)";

static constexpr StringLiteral gradientComment = R"(
/* @# and its gradient: d_x is the cotangent of x. Those of the results are
   given, for example 1 of a loss and 0 of what is not differentiated. */
)";

static constexpr StringLiteral functionComment = R"(
/* @# of the model. */
)";

//===----------------------------------------------------------------------===//
// One header
//===----------------------------------------------------------------------===//

namespace {
class HeaderPrinter {
public:
  HeaderPrinter(raw_ostream &os, const ArtefactInterface &interface)
      : os(os), interface(interface), prefix(interface.prefix) {}

  void print(StringRef modelPath);

private:
  void printText(StringRef text, StringRef name = "");
  void printTensorTypes();
  void printRecord(const ArtefactRecord &record);
  void printPort(const ArtefactPort &port);
  void printStruct(StringRef name, ArrayRef<ArtefactPort> ports);
  void printComment(const ArtefactEntry &entry);
  void printEntry(const ArtefactEntry &entry);

  raw_ostream &os;
  const ArtefactInterface &interface;
  StringRef prefix;
};
} // namespace

void HeaderPrinter::printText(StringRef text, StringRef name) {
  for (char letter : text)
    if (letter == '$')
      os << prefix;
    else if (letter == '#' && !name.empty())
      os << name;
    else
      os << letter;
}

/// All types of tensors, each declared by the first header that needs it.
void HeaderPrinter::printTensorTypes() {
  std::set<std::pair<int32_t, int32_t>> types;
  for (const ArtefactEntry &entry : interface.entries)
    for (const auto *ports : {&entry.arguments, &entry.results})
      for (const ArtefactPort &port : *ports)
        if (port.layout.form == artefact::kTensor)
          types.insert({port.layout.dtype, port.layout.rank});
  for (auto [dtype, rank] : types) {
    const std::string name = tensorType(dtype, rank);
    const std::string guard = StringRef(name).upper();
    os << "\n#ifndef " << guard << "\n#define " << guard << "\ntypedef struct "
       << name << " {\n  " << cTypeOf(dtype) << " *data;\n  int64_t shape["
       << rank << "];\n} " << name << ";\n#endif\n";
  }
}

void HeaderPrinter::printRecord(const ArtefactRecord &record) {
  StringRef name = record.symbol;
  StringRef what =
      record.isRandom
          ? "The parameters. Read fastest from memory that begins on "
            "a cache line."
          : "What the optimiser keeps.";
  os << "\n/* " << what << " */\ntypedef struct " << name << " {\n";
  for (const ArtefactField &field : record.fields) {
    const artefact::Field &layout = field.layout.field;
    os << "  " << cTypeOf(layout.dtype) << " " << field.member;
    for (int64_t size : ArrayRef(layout.shape).take_front(layout.rank))
      os << "[" << size << "]";
    os << ";\n";
  }
  os << "} " << name << ";\n";
  printText(record.isRandom ? initOfParameters : initOfState, name);
  printText(recordFunctions, name);
}

void HeaderPrinter::printPort(const ArtefactPort &port) {
  const artefact::Port &layout = port.layout;
  if (layout.form == artefact::kKey) {
    os << "  uint64_t " << port.member << "; /* of the run */\n";
    return;
  }
  if (layout.form == artefact::kNumber) {
    os << "  " << cTypeOf(layout.dtype) << " " << port.member << ";";
    if (layout.shape[0] != artefact::kAnySize)
      os << " /* " << sizeName(layout.shape[0]) << " */";
    os << "\n";
    return;
  }
  os << "  " << tensorType(layout.dtype, layout.rank) << " " << port.member
     << "; /* ";
  interleave(
      ArrayRef(layout.shape).take_front(layout.rank), os,
      [&](int64_t size) { os << sizeName(size); }, "x");
  os << (port.isWritten ? ", written over */\n" : " */\n");
}

/// The members in the order of their offsets.
void HeaderPrinter::printStruct(StringRef name, ArrayRef<ArtefactPort> ports) {
  std::vector<const ArtefactPort *> members;
  for (const ArtefactPort &port : ports)
    if (port.layout.place == artefact::kInCall &&
        port.layout.form != artefact::kHidden)
      members.push_back(&port);
  if (members.empty())
    return;
  sort(members, [](const ArtefactPort *a, const ArtefactPort *b) {
    return a->layout.offset < b->layout.offset;
  });
  os << "typedef struct " << name << " {\n";
  for (const ArtefactPort *port : members)
    printPort(*port);
  os << "} " << name << ";\n";
}

void HeaderPrinter::printComment(const ArtefactEntry &entry) {
  StringRef name = entry.name;
  if (entry.isTrainingStep)
    printText(stepComment);
  else if (name.consume_back(".gradient"))
    printText(gradientComment, name);
  else
    printText(functionComment, name);
}

void HeaderPrinter::printEntry(const ArtefactEntry &entry) {
  printComment(entry);
  StringRef name = entry.symbol;
  printStruct((name + "_inputs").str(), entry.arguments);
  printStruct((name + "_results").str(), entry.results);
  os << "int " << name << "(" << prefix << "_context *context";
  auto pass = [&](StringRef type, StringRef what, bool isWritten) {
    os << ",\n    " << (isWritten ? "" : "const ") << type << " *" << what;
  };
  for (const ArtefactRecord &record : interface.records) {
    const auto place =
        record.isRandom ? artefact::kInParameters : artefact::kInState;
    if (entry.takes(place))
      pass(record.symbol, record.isRandom ? "parameters" : "state",
           entry.writes(place));
  }
  if (entry.takes(artefact::kInCall))
    pass((name + "_inputs").str(), "inputs", false);
  if (entry.hasResults())
    pass((name + "_results").str(), "results", true);
  os << ");\n";
}

/// A file's name within a comment, which it must not end or begin anew.
static std::string inComment(StringRef name) {
  std::string text = name.str();
  for (char &letter : text)
    if (letter == '*' || letter == '\\' || !isPrint(letter))
      letter = '_';
  return text;
}

void HeaderPrinter::print(StringRef modelPath) {
  os << "/* " << inComment(sys::path::filename(modelPath))
     << " for C and C++, written by `vellum compile`.\n";
  printText(introduction);
  const std::string guard = "VELLUM_" + prefix.upper() + "_H";
  os << "\n#ifndef " << guard << "\n#define " << guard << "\n" << sharedTypes;
  printTensorTypes();
  printText(contextFunctions);
  for (const ArtefactRecord &record : interface.records)
    printRecord(record);
  for (const ArtefactEntry &entry : interface.entries)
    printEntry(entry);
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

void vellum::printHeader(raw_ostream &os, const ArtefactInterface &interface,
                         StringRef modelPath) {
  HeaderPrinter(os, interface).print(modelPath);
}
