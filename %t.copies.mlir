module {
  func.func @train_step(%arg0: !llvm.ptr, %arg1: !llvm.ptr, %arg2: !llvm.ptr) -> i32 {
    %c2_i32 = arith.constant 2 : i32
    %c0_i32 = arith.constant 0 : i32
    %c6_i64 = arith.constant 6 : i64
    %c1_i64 = arith.constant 1 : i64
    %c0_i64 = arith.constant 0 : i64
    %0 = llvm.mlir.poison : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
    %c4_i64 = arith.constant 4 : i64
    %1 = llvm.getelementptr %arg1[0, 0] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, i32, array<8 x i64>)>
    %2 = llvm.load %1 : !llvm.ptr -> !llvm.ptr
    %3 = llvm.getelementptr %arg1[0, 3, 0] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, i32, array<8 x i64>)>
    %4 = llvm.load %3 : !llvm.ptr -> i64
    %5 = llvm.insertvalue %2, %0[0] : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> 
    %6 = llvm.insertvalue %2, %5[1] : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> 
    %7 = llvm.insertvalue %c0_i64, %6[2] : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> 
    %8 = llvm.insertvalue %c4_i64, %7[3, 1] : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> 
    %9 = llvm.insertvalue %c1_i64, %8[4, 1] : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> 
    %10 = llvm.insertvalue %4, %9[3, 0] : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> 
    %11 = llvm.insertvalue %c4_i64, %10[4, 0] : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> 
    %12 = builtin.unrealized_conversion_cast %11 : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> to memref<?x4xf32>
    %13 = call @train_step.body(%arg0, %12) : (!llvm.ptr, memref<?x4xf32>) -> memref<?x6xf32>
    %base_buffer, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %13 : memref<?x6xf32> -> memref<f32>, index, index, index, index, index
    %intptr = memref.extract_aligned_pointer_as_index %13 : memref<?x6xf32> -> index
    %14 = arith.index_cast %sizes#0 : index to i64
    %15 = arith.index_cast %intptr : index to i64
    %16 = llvm.inttoptr %15 : i64 to !llvm.ptr
    %17 = llvm.getelementptr %arg2[0, 0] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, i32, array<8 x i64>)>
    llvm.store %16, %17 : !llvm.ptr, !llvm.ptr
    %18 = llvm.getelementptr %arg2[0, 1] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, i32, array<8 x i64>)>
    llvm.store %c0_i32, %18 : i32, !llvm.ptr
    %19 = llvm.getelementptr %arg2[0, 2] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, i32, array<8 x i64>)>
    llvm.store %c2_i32, %19 : i32, !llvm.ptr
    %20 = llvm.getelementptr %arg2[0, 3, 0] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, i32, array<8 x i64>)>
    llvm.store %14, %20 : i64, !llvm.ptr
    %21 = llvm.getelementptr %arg2[0, 3, 1] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, i32, array<8 x i64>)>
    llvm.store %c6_i64, %21 : i64, !llvm.ptr
    return %c0_i32 : i32
  }
  func.func private @train_step.body(%arg0: !llvm.ptr, %arg1: memref<?x4xf32>) -> memref<?x6xf32> {
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %dim = memref.dim %arg1, %c0 : memref<?x4xf32>
    %alloc = memref.alloc(%dim) : memref<?x6xf32>
    scf.for %arg2 = %c0 to %dim step %c1 {
      %subview = memref.subview %arg1[%arg2, 0] [1, 4] [1, 1] : memref<?x4xf32> to memref<4xf32, strided<[1], offset: ?>>
      %subview_0 = memref.subview %alloc[%arg2, 0] [1, 6] [1, 1] : memref<?x6xf32> to memref<6xf32, strided<[1], offset: ?>>
      %subview_1 = memref.subview %subview_0[2] [4] [1] : memref<6xf32, strided<[1], offset: ?>> to memref<4xf32, strided<[1], offset: ?>>
      %subview_2 = memref.subview %subview_0[0] [2] [1] : memref<6xf32, strided<[1], offset: ?>> to memref<2xf32, strided<[1], offset: ?>>
      %subview_3 = memref.subview %subview[0] [2] [1] : memref<4xf32, strided<[1], offset: ?>> to memref<2xf32, strided<[1], offset: ?>>
      memref.copy %subview_3, %subview_2 : memref<2xf32, strided<[1], offset: ?>> to memref<2xf32, strided<[1], offset: ?>>
      memref.copy %subview, %subview_1 : memref<4xf32, strided<[1], offset: ?>> to memref<4xf32, strided<[1], offset: ?>>
    }
    return %alloc : memref<?x6xf32>
  }
}

