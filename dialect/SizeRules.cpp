//===- dialect/SizeRules.cpp - what a shape rule asks of sizes ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/SizeRules.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace vellum;

/// Sizes that no model has, of which no two sums of few are equal. All can be
/// divided by up to 16 heads and by other small numbers.
static constexpr int64_t kUnit = 720720;
static int64_t unusual(int64_t i) {
  return kUnit * (1009 + (i + 1) * (i + 1) * (i + 1));
}
static bool isUnusual(int64_t size) { return size >= kUnit; }

namespace {
/// What inference says to some sizes.
struct Answer {
  bool isGood = false;
  std::string message;
  SmallVector<Type> types;
};

/// Tries an op's inference on sizes for the dimensions that its operands leave
/// open. Dimensions found to agree form a class, which has one size.
class Trial {
public:
  explicit Trial(InferTypeOpInterface op);

  SizeRule run();

private:
  Answer ask(ArrayRef<int64_t> sizes);
  Answer askAll() { return ask(size); }
  /// All but these, and what must be a number, are unknown.
  Answer askOf(ArrayRef<std::pair<unsigned, int64_t>> classes);
  bool isPossible(ArrayRef<std::pair<unsigned, int64_t>> classes) {
    return askOf(classes).isGood;
  }
  std::optional<SizeTerm> decode(int64_t size);
  bool readNumbers(StringRef message);
  std::pair<std::string, SmallVector<SizeTerm>> readText(StringRef message);
  void note(SizeTerm lhs, SizeTerm rhs, StringRef message);
  bool findPair(StringRef message);
  bool findNumber(StringRef message);
  bool findSum(StringRef message);
  void findDivisors();
  void setSize(unsigned ofClass, int64_t value);
  SizeTerm termOf(unsigned ofClass) { return {{dims[ofClass]}, 0}; }

  InferTypeOpInterface op;
  SmallVector<OperandDim> dims;
  /// The first dimension of each one's class, and each one's size.
  SmallVector<unsigned> first;
  SmallVector<int64_t> size;
  /// The numbers of the message at hand: those of classes, and the others.
  SmallVector<unsigned> classes;
  SmallVector<int64_t> others;
  SizeRule rule;
};
} // namespace

Trial::Trial(InferTypeOpInterface op) : op(op) {
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    if (auto tensor = dyn_cast<RankedTensorType>(operand.getType()))
      for (unsigned dim = 0; dim < tensor.getRank(); ++dim)
        if (tensor.isDynamicDim(dim)) {
          first.push_back(dims.size());
          size.push_back(unusual(int64_t(dims.size())));
          dims.push_back({unsigned(i), dim});
        }
}

Answer Trial::ask(ArrayRef<int64_t> sizes) {
  Block block;
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    auto tensor = dyn_cast<RankedTensorType>(operand.getType());
    if (!tensor || tensor.hasStaticShape()) {
      operands.push_back(operand);
      continue;
    }
    SmallVector<int64_t> shape(tensor.getShape());
    for (int64_t &each : shape)
      if (ShapedType::isDynamic(each)) {
        each = sizes.front();
        sizes = sizes.drop_front();
      }
    operands.push_back(block.addArgument(tensor.clone(shape), op.getLoc()));
  }
  Answer answer;
  ScopedDiagnosticHandler listen(op->getContext(), [&](Diagnostic &diagnostic) {
    if (answer.message.empty())
      answer.message = diagnostic.str();
    return success();
  });
  answer.isGood = succeeded(op.inferReturnTypes(
      op->getContext(), op->getLoc(), operands,
      op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
      op->getRegions(), answer.types));
  return answer;
}

Answer Trial::askOf(ArrayRef<std::pair<unsigned, int64_t>> wanted) {
  SmallVector<int64_t> sizes(dims.size(), ShapedType::kDynamic);
  for (unsigned i = 0; i < dims.size(); ++i)
    if (!isUnusual(size[i]))
      sizes[i] = size[i];
  for (auto [ofClass, value] : wanted)
    for (unsigned i = 0; i < dims.size(); ++i)
      if (first[i] == ofClass)
        sizes[i] = value;
  return ask(sizes);
}

/// The classes whose sum, with a number that a model may have, a size is.
std::optional<SizeTerm> Trial::decode(int64_t sum) {
  for (unsigned i = 0; i < dims.size(); ++i)
    if (size[i] == sum)
      return SizeTerm{{dims[first[i]]}, 0};
  constexpr int64_t most = 1000;
  SmallVector<unsigned> terms;
  std::function<bool(int64_t, unsigned)> search = [&](int64_t rest,
                                                      unsigned from) {
    if (rest >= 0 && rest < most && !terms.empty())
      return true;
    for (unsigned i = from; i < dims.size() && terms.size() < 4; ++i) {
      if (first[i] != i || !isUnusual(size[i]) || size[i] > rest)
        continue;
      terms.push_back(i);
      if (search(rest - size[i], i + 1))
        return true;
      terms.pop_back();
    }
    return false;
  };
  if (!search(sum, 0))
    return std::nullopt;
  SizeTerm term;
  for (unsigned i : terms) {
    term.dims.push_back(dims[i]);
    sum -= size[i];
  }
  term.number = sum;
  return term;
}

/// Calls `onText` and `onNumber` for the parts of a message in order.
static void split(StringRef message, function_ref<void(StringRef)> onText,
                  function_ref<void(int64_t)> onNumber) {
  while (!message.empty()) {
    StringRef text = message.take_until(llvm::isDigit);
    onText(text);
    message = message.drop_front(text.size());
    StringRef digits = message.take_while(llvm::isDigit);
    int64_t number;
    if (!digits.empty() && !digits.getAsInteger(10, number))
      onNumber(number);
    else
      onText(digits);
    message = message.drop_front(digits.size());
  }
}

/// The message, with one sign for these two numbers.
static std::string withOneSign(StringRef message, int64_t a, int64_t b) {
  std::string text;
  split(
      message, [&](StringRef part) { text += part; },
      [&](int64_t number) {
        text += number == a || number == b ? "#" : std::to_string(number);
      });
  return text;
}

bool Trial::readNumbers(StringRef message) {
  classes.clear();
  others.clear();
  split(
      message, [](StringRef) {},
      [&](int64_t number) {
        for (unsigned i = 0; i < dims.size(); ++i)
          if (first[i] == i && size[i] == number) {
            if (!llvm::is_contained(classes, i))
              classes.push_back(i);
            return;
          }
        others.push_back(number);
      });
  return !classes.empty();
}

std::pair<std::string, SmallVector<SizeTerm>>
Trial::readText(StringRef message) {
  std::string text;
  SmallVector<SizeTerm> values;
  split(
      message, [&](StringRef part) { text += part; },
      [&](int64_t number) {
        std::optional<SizeTerm> term;
        if (isUnusual(number))
          term = decode(number);
        if (!term) {
          text += std::to_string(number);
          return;
        }
        text += "{" + std::to_string(values.size()) + "}";
        values.push_back(*term);
      });
  return {text, values};
}

void Trial::note(SizeTerm lhs, SizeTerm rhs, StringRef message) {
  auto [text, values] = readText(message);
  SizeAgreement &agreement = rule.agreements.emplace_back();
  agreement.lhs = lhs;
  agreement.rhs = rhs;
  agreement.text = text;
  agreement.values = values;
}

void Trial::setSize(unsigned ofClass, int64_t value) {
  for (unsigned i = 0; i < dims.size(); ++i)
    if (first[i] == ofClass)
      size[i] = value;
}

/// Two classes that the message names and that must be one. Where they must
/// also be a number, they are refused for that as soon as they are one.
bool Trial::findPair(StringRef message) {
  for (unsigned a : classes)
    for (unsigned b : classes) {
      if (a == b)
        continue;
      auto refusal = [&](int64_t sizeOfA, int64_t sizeOfB) {
        return withOneSign(askOf({{a, sizeOfA}, {b, sizeOfB}}).message, size[a],
                           size[b]);
      };
      const std::string ofOne = refusal(size[a], size[a]),
                        ofTwo = refusal(size[a], size[b]),
                        turned = refusal(size[b], size[a]);
      // Were it an order, it would hold one way round.
      if (ofTwo.empty() || turned.empty() || ofTwo == ofOne || turned == ofOne)
        continue;
      note(termOf(a), termOf(b), message);
      rule.agreements.back().lhsMayBeOne = refusal(1, size[b]) == ofOne;
      rule.agreements.back().rhsMayBeOne = refusal(size[a], 1) == ofOne;
      for (unsigned &each : first)
        if (each == std::max(a, b))
          each = std::min(a, b);
      setSize(std::min(a, b), size[std::min(a, b)]);
      return true;
    }
  return false;
}

/// A class that must be a number that the message names. Of 1, which often may
/// stand for any number, it is asked last.
bool Trial::findNumber(StringRef message) {
  auto rank = [](int64_t number) { return number == 1 ? -1 : number; };
  llvm::sort(others, [&](int64_t a, int64_t b) { return rank(a) > rank(b); });
  for (unsigned a : classes)
    for (int64_t number : others) {
      // Were it a limit, the next number would do as well.
      if (isUnusual(number) || isPossible({{a, size[a]}}) ||
          !isPossible({{a, number}}) ||
          (number > 2 && isPossible({{a, number - 1}})))
        continue;
      note(termOf(a), {{}, number}, message);
      rule.agreements.back().lhsMayBeOne = isPossible({{a, 1}});
      setSize(a, number);
      return true;
    }
  return false;
}

/// A class that must be a sum that the message names.
bool Trial::findSum(StringRef message) {
  for (int64_t sum : others) {
    std::optional<SizeTerm> term;
    if (isUnusual(sum))
      term = decode(sum);
    if (!term)
      continue;
    for (unsigned a : classes) {
      const int64_t before = size[a];
      auto [text, values] = readText(message);
      setSize(a, sum);
      if (askAll().message == message) {
        setSize(a, before);
        continue;
      }
      SizeAgreement &agreement = rule.agreements.emplace_back();
      agreement.lhs = termOf(a);
      agreement.rhs = *term;
      agreement.text = text;
      agreement.values = values;
      return true;
    }
  }
  return false;
}

/// Classes that must be multiples: one more is refused, some more are not.
void Trial::findDivisors() {
  for (unsigned a = 0; a < dims.size(); ++a) {
    if (first[a] != a || !isUnusual(size[a]))
      continue;
    const int64_t multiple = size[a];
    setSize(a, multiple + 1);
    const Answer refusal = askAll();
    int64_t divisor = 2;
    while (!refusal.isGood && divisor < 64) {
      setSize(a, multiple + divisor);
      if (askAll().isGood)
        break;
      ++divisor;
    }
    if (!refusal.isGood) {
      setSize(a, multiple + 1);
      note(termOf(a), {}, refusal.message);
      rule.agreements.back().divisor = divisor;
    }
    setSize(a, multiple);
  }
}

SizeRule Trial::run() {
  Answer answer = askAll();
  while (!answer.isGood) {
    if (!readNumbers(answer.message) ||
        !(findPair(answer.message) || findNumber(answer.message) ||
          findSum(answer.message))) {
      rule.isComplete = false;
      return std::move(rule);
    }
    answer = askAll();
  }
  findDivisors();
  for (Type type : answer.types) {
    auto &terms = rule.results.emplace_back();
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      for (int64_t each : tensor.getShape())
        terms.push_back(ShapedType::isDynamic(each) ? std::nullopt
                        : isUnusual(each)
                            ? decode(each)
                            : std::optional<SizeTerm>(SizeTerm{{}, each}));
  }
  return std::move(rule);
}

/// What rules see of an op.
static Attribute keyOf(Operation *op) {
  SmallVector<Attribute> key{op->getName().getIdentifier()};
  if (Attribute properties = op->getPropertiesAsAttribute())
    key.push_back(properties);
  for (Value operand : op->getOperands()) {
    Attribute constant;
    key.push_back(matchPattern(operand, m_Constant(&constant)) &&
                          operand.getType().isIntOrIndex()
                      ? constant
                      : Attribute(TypeAttr::get(operand.getType())));
  }
  return ArrayAttr::get(op->getContext(), key);
}

const SizeRule &SizeRules::of(InferTypeOpInterface op) {
  std::unique_ptr<SizeRule> &rule = known[keyOf(op)];
  if (!rule)
    rule = std::make_unique<SizeRule>(Trial(op).run());
  return *rule;
}
