//===- dialect/Base.td - the dialect and its op base classes -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_BASE
#define VELLUM_DIALECT_BASE

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/Interfaces.td"

def Vellum_Dialect : Dialect {
  let name = "vellum";
  let cppNamespace = "::vellum";
  let summary = "differentiable memory programs";
  let useDefaultAttributePrinterParser = 1;
  let description = [{
    The operations of memory-augmented networks on builtin tensors, with value
    semantics: addressing and memory access, recurrent cells, time loops,
    adaptive computation, parameters and the training recipe.

    Shapes are written with `B` for any leading batch dimensions, `N` memory
    locations, `M` word width, `H` heads, `T` time steps, `R` the shift radius,
    `D` and `K` features. A *weighting* is non-negative and sums to at most 1
    over its last dimension. Operand and result types are inferred, so none is
    written where one can be known.
  }];
  let extraClassDeclaration = [{
    /// Remembers the type of a parameter as its declaration is parsed, so that
    /// `vellum.use @name` below it needs no type. The verifier checks every use
    /// against the module's own symbol, so a stale entry cannot go unnoticed.
    void recordParameterType(::llvm::StringRef file, ::llvm::StringRef name,
                             ::mlir::Type type);
    /// The last type recorded for `name` in `file`, or a null type.
    ::mlir::Type lookupParameterType(::llvm::StringRef file,
                                     ::llvm::StringRef name);
    /// The names recorded for `file`.
    ::llvm::SmallVector<::llvm::StringRef> recordedParameters(::llvm::StringRef file);

  private:
    /// Makes all ops legal to inline.
    void registerInlining();

    ::llvm::StringMap<::mlir::Type> parameterTypes;
    ::std::mutex parameterTypesMutex;
  public:
  }];
}

/// Result types come from one function, `Op::inferReturnTypes(adaptor)`, which
/// also checks the op's numbered constraints. Written and inferred types may
/// differ in which dimensions are known. Upstream's trait of this name hands over
/// properties whose defaults are not filled in yet, so that an attribute absent
/// from the text would be null.
def Vellum_InferTypes : TraitList<[
  DeclareOpInterfaceMethods<InferTypeOpInterface>,
  NativeOpTrait<"InferTypeOpAdaptor", [], /*extraOpDeclaration=*/[{
    static ::llvm::LogicalResult
    inferReturnTypes(::mlir::MLIRContext *context,
                     std::optional<::mlir::Location> location, Adaptor adaptor,
                     ::llvm::SmallVectorImpl<::mlir::Type> &types);
    static bool isCompatibleReturnTypes(::mlir::TypeRange l, ::mlir::TypeRange r) {
      return ::vellum::areCompatibleTypes(l, r);
    }
  }], /*extraOpDefinition=*/[{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes,
        ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      ::mlir::PropertiesSelector<$cppClass>::type filled{};
      if (properties)
        filled = *properties.as<decltype(filled) *>();
      ::mlir::OperationName(getOperationName(), context)
          .populateDefaultProperties(&filled);
      Adaptor adaptor(operands, attributes, &filled, regions);
      return inferReturnTypes(context, location, adaptor, types);
    }
  }]>
]>;

class Vellum_Op<string mnemonic, list<Trait> traits = []>
    : Op<Vellum_Dialect, mnemonic, traits>;

/// An op without side effects whose result types follow from its operands.
class Vellum_PureOp<string mnemonic, list<Trait> traits = []>
    : Vellum_Op<mnemonic, !listconcat([Pure, Vellum_InferTypes], traits)>;

def Vellum_Float : AnyTypeOf<[F16, BF16, F32, F64], "floating point">;
def Vellum_Tensor : RankedTensorOf<[F16, BF16, F32, F64], [], "tensor">;
def Vellum_AnyTensor : RankedTensorOf<[AnyType]>;
def Vellum_Mask : RankedTensorOf<[I1], [], "tensor">;
/// Elementwise ops work on tensors, and on scalars and vectors once lowered.
def Vellum_FloatLike : AnyTypeOf<[Vellum_Float, Vellum_Tensor,
                                  VectorOfAnyRankOf<[F16, BF16, F32, F64]>],
                                 "float, or tensor or vector of floats">;

#endif // VELLUM_DIALECT_BASE
