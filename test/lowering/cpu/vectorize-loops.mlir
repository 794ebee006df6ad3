// RUN: vellum-opt %s --vellum-vectorize-loops --canonicalize | FileCheck %s
// RUN: vellum-opt %s --vellum-vectorize-loops=lanes=4 | FileCheck %s --check-prefix=FOUR
// RUN: vellum-opt %s --vellum-vectorize-loops=fma=0 --canonicalize | FileCheck %s --check-prefix=APART

#id = affine_map<(i) -> (i)>
#one = affine_map<(i) -> ()>
#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>

// 37 are two vectors of 16 and 5 of 8; what does not vary is loaded once.
// CHECK-LABEL: func.func @tail
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[S:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[WHOLE:.*]] = arith.constant 32 : index
// CHECK:         %[[SCALAR:.*]] = memref.load %[[S]][]
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[WHOLE]] step %{{.*}} {
// CHECK:           %[[A:.*]] = vector.load %[[X]][%[[I]]] : {{.*}}, vector<16xf32>
// CHECK:           %[[B:.*]] = vector.broadcast %[[SCALAR]] : f32 to vector<16xf32>
// CHECK:           %[[SUM:.*]] = arith.addf %[[A]], %[[B]] : vector<16xf32>
// CHECK:           vector.store %[[SUM]], %[[Y]][%[[I]]]
// CHECK:         }
// CHECK-NOT:     memref.load
// CHECK:         %[[MASK:.*]] = vector.constant_mask [5] : vector<8xi1>
// CHECK:         vector.maskedload %[[X]][%[[WHOLE]]], %[[MASK]]
// CHECK:         vector.maskedstore %[[Y]][%[[WHOLE]]], %[[MASK]]
// FOUR-LABEL:  func.func @tail
// FOUR:          vector.load {{.*}} vector<4xf32>
// FOUR-NOT:      vector<8xf32>
func.func @tail(%x: memref<37xf32>, %s: memref<f32>, %y: memref<37xf32>) {
  linalg.generic {indexing_maps = [#id, #one, #id], iterator_types = ["parallel"]}
      ins(%x, %s : memref<37xf32>, memref<f32>) outs(%y : memref<37xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func.func @dynamic
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %{{.*}}: {{.*}})
// CHECK:         %[[N:.*]] = memref.dim %[[X]]
// CHECK:         %[[REST:.*]] = arith.remui %[[N]], %{{.*}}
// CHECK:         %[[WHOLE:.*]] = arith.subi %[[N]], %[[REST]]
// CHECK:         scf.for %{{.*}} to %[[WHOLE]]
// CHECK:         %[[LEFT:.*]] = arith.subi %[[N]], %[[WHOLE]]
// CHECK:         %[[ANY:.*]] = arith.cmpi ne, %[[LEFT]]
// CHECK:         scf.if %[[ANY]]
// CHECK:           vector.create_mask %[[LEFT]] : vector<16xi1>
// CHECK:           vector.maskedload
// CHECK:           vector.maskedstore
func.func @dynamic(%x: memref<?xf32>, %y: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : memref<?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// Lanes take their shares, then are joined; lanes beyond the end stay neutral.
// CHECK-LABEL: func.func @rows
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           %[[LANES:.*]] = scf.for %[[J:.*]] = %{{.*}} iter_args(%[[ACC:.*]] = %{{.*}}) -> (vector<16xf32>)
// CHECK:             %[[V:.*]] = vector.load %[[X]][%[[I]], %[[J]]]
// CHECK:             arith.maximumf %[[ACC]], %[[V]]
// CHECK:           %[[REST:.*]] = vector.maskedload {{.*}} into vector<8xf32>
// CHECK:           %[[KEPT:.*]] = arith.select %{{.*}}, %[[REST]], %{{.*}} : vector<8xi1>, vector<8xf32>
// CHECK:           %[[WIDE:.*]] = vector.insert_strided_slice %[[KEPT]], %{{.*}} : vector<8xf32> into vector<16xf32>
// CHECK:           %[[ALL:.*]] = arith.maximumf %[[LANES]], %[[WIDE]]
// CHECK:           %[[BEFORE:.*]] = memref.load %[[Y]][%[[I]]]
// CHECK:           %[[R:.*]] = vector.reduction <maximumf>, %[[ALL]]
// CHECK:           %[[NEW:.*]] = arith.maximumf %[[BEFORE]], %[[R]]
// CHECK:           memref.store %[[NEW]], %[[Y]][%[[I]]]
func.func @rows(%x: memref<4x37xf32>, %y: memref<4xf32>) {
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%x : memref<4x37xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.maximumf %o, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// Columns are summed side by side, in registers: two vectors of each row at once.
// CHECK-LABEL: func.func @columns
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         %[[START:.*]] = vector.load %[[Y]][%{{.*}}] : memref<32xf32>, vector<32xf32>
// CHECK:         %[[SUM:.*]] = scf.for %[[I:.*]] = %{{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (vector<32xf32>)
// CHECK:           %[[V:.*]] = vector.load %[[X]][%[[I]], %{{.*}}] : {{.*}}, vector<32xf32>
// CHECK:           arith.addf %[[ACC]], %[[V]]
// CHECK:         vector.store %[[SUM]], %[[Y]]
func.func @columns(%x: memref<4x32xf32>, %y: memref<32xf32>) {
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]} ins(%x : memref<4x32xf32>) outs(%y : memref<32xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// Four vectors do not divide 96, two do. The library's functions take one.
// CHECK-LABEL: func.func @widths
// CHECK:         scf.for {{.*}} step %{{.*}} {
// CHECK:           vector.load {{.*}} vector<32xf32>
// CHECK:         scf.for {{.*}} step %{{.*}} {
// CHECK:           vector.load {{.*}} vector<64xf32>
// CHECK:         scf.for {{.*}} step %{{.*}} {
// CHECK:           math.exp {{.*}} vector<16xf32>
func.func @widths(%x: memref<4x96xf32>, %y: memref<96xf32>, %u: memref<4x128xf32>, %v: memref<128xf32>) {
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]} ins(%x : memref<4x96xf32>) outs(%y : memref<96xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]} ins(%u : memref<4x128xf32>) outs(%v : memref<128xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]} ins(%u : memref<4x128xf32>) outs(%v : memref<128xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.exp %a : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// A column's weight is the same in all rows: it is read before them.
// CHECK-LABEL: func.func @hoisted
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[W:[^:]+]]: {{.*}}, %[[R:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         %[[START:.*]] = vector.load %[[Y]]
// CHECK:         %[[WEIGHT:.*]] = vector.load %[[W]]
// CHECK:         scf.for %[[I:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %[[START]])
// CHECK:           %[[V:.*]] = vector.load %[[X]][%[[I]], %{{.*}}]
// CHECK:           %[[ROW:.*]] = memref.load %[[R]][%[[I]]]
// CHECK:           vector.broadcast %[[ROW]]
// CHECK:           %[[PRODUCT:.*]] = arith.mulf %[[V]], %[[WEIGHT]]
// CHECK:           math.fma %[[PRODUCT]], %{{.*}}, %[[ACC]]
func.func @hoisted(%x: memref<4x32xf32>, %w: memref<32xf32>, %r: memref<4xf32>, %y: memref<32xf32>) {
  linalg.generic {indexing_maps = [#ij, #j, #i, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x, %w, %r : memref<4x32xf32>, memref<32xf32>, memref<4xf32>) outs(%y : memref<32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.mulf %0, %c : f32
    %2 = arith.addf %o, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// A memory is written while its words' norms are summed.
// CHECK-LABEL: func.func @write_and_norm
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %[[N:[^:]+]]: {{.*}})
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           %[[LANES:.*]] = scf.for %[[J:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}) -> (vector<16xf32>)
// CHECK:             %[[V:.*]] = vector.load %[[X]][%[[I]], %[[J]]]
// CHECK:             %[[W:.*]] = arith.addf %[[V]], %[[V]]
// CHECK:             %[[SUM:.*]] = math.fma %[[W]], %[[W]], %[[ACC]]
// CHECK:             vector.store %[[W]], %[[Y]][%[[I]], %[[J]]]
// CHECK:             scf.yield %[[SUM]]
// CHECK:           vector.maskedstore %[[Y]]
// CHECK:           %[[BEFORE:.*]] = memref.load %[[N]][%[[I]]]
// CHECK:           %[[NORM:.*]] = vector.reduction <add>
// CHECK:           %[[ALL:.*]] = arith.addf %[[BEFORE]], %[[NORM]]
// CHECK:           memref.store %[[ALL]], %[[N]][%[[I]]]
func.func @write_and_norm(%x: memref<4x37xf32>, %y: memref<4x37xf32>, %n: memref<4xf32>) {
  linalg.generic {indexing_maps = [#ij, #ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x37xf32>) outs(%y, %n : memref<4x37xf32>, memref<4xf32>) {
  ^bb0(%a: f32, %o: f32, %s: f32):
    %0 = arith.addf %a, %a : f32
    %1 = arith.mulf %0, %0 : f32
    %2 = arith.addf %s, %1 : f32
    linalg.yield %0, %2 : f32, f32
  }
  return
}

// Where words are stored side by side, so are their norms.
// CHECK-LABEL: func.func @write_and_norms
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %[[N:[^:]+]]: {{.*}})
// CHECK:         %[[START:.*]] = vector.load %[[N]]
// CHECK:         %[[NORMS:.*]] = scf.for %[[I:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (vector<32xf32>)
// CHECK:           vector.store %{{.*}}, %[[Y]][%[[I]], %{{.*}}]
// CHECK:           scf.yield
// CHECK:         vector.store %[[NORMS]], %[[N]]
func.func @write_and_norms(%x: memref<4x32xf32>, %y: memref<4x32xf32>, %n: memref<32xf32>) {
  linalg.generic {indexing_maps = [#ij, #ij, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<4x32xf32>) outs(%y, %n : memref<4x32xf32>, memref<32xf32>) {
  ^bb0(%a: f32, %o: f32, %s: f32):
    %0 = arith.addf %a, %a : f32
    %1 = arith.mulf %0, %0 : f32
    %2 = arith.addf %s, %1 : f32
    linalg.yield %0, %2 : f32, f32
  }
  return
}

// CHECK-LABEL: func.func @fill
// CHECK-SAME:    (%[[Y:[^:]+]]: {{.*}}, %[[V:[^:]+]]: f32)
// CHECK-NOT:     linalg.fill
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           %[[ALL:.*]] = vector.broadcast %[[V]] : f32 to vector<16xf32>
// CHECK:           vector.store %[[ALL]], %[[Y]][%[[I]]]
// CHECK:         vector.maskedstore %{{.*}}, %{{.*}}, %{{.*}} : memref<?xf32>
func.func @fill(%y: memref<?xf32>, %v: f32) {
  linalg.fill ins(%v : f32) outs(%y : memref<?xf32>)
  return
}

// Between memories that are contiguous in different dimensions the kernel
// copies, for each sample again: 7 rows of 5 become 5 of 7.
// CHECK-LABEL: func.func @transposing
// CHECK-DAG:     %[[FIVE:.*]] = arith.constant 5 : i64
// CHECK-DAG:     %[[SEVEN:.*]] = arith.constant 7 : i64
// CHECK:         scf.for
// CHECK-NOT:       scf.for
// CHECK:           llvm.call @vl_transpose(%[[SEVEN]], %[[FIVE]], %{{.*}}, %[[FIVE]], %{{.*}}, %[[SEVEN]])
func.func @transposing(%x: memref<7x5xf32>, %y: memref<?x5x7xf32>) {
  linalg.generic {indexing_maps = [affine_map<(s, i, j) -> (i, j)>, affine_map<(s, i, j) -> (s, j, i)>],
                  iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : memref<7x5xf32>) outs(%y : memref<?x5x7xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  return
}

// A sum whose memory is filled before begins with that number. What lies
// between has nothing to do with it.
// CHECK-LABEL: func.func @sum_from_fill
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %[[Z:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[ONES:.*]] = arith.constant dense<1.000000e+00> : vector<16xf32>
// CHECK:         vector.store %{{.*}}, %[[Z]]
// CHECK-NOT:     vector.load %[[Y]]
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %[[ONES]])
// CHECK:         vector.store %{{.*}}, %[[Y]]
func.func @sum_from_fill(%x: memref<8x16xf32>, %y: memref<16xf32>, %z: memref<16xf32>) {
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%y : memref<16xf32>)
  linalg.fill ins(%one : f32) outs(%z : memref<16xf32>)
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<8x16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.addf %s, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// So does that of an op with a name.
// CHECK-LABEL: func.func @named_sum_from_fill
// CHECK-SAME:    (%{{.*}}: memref<8x16xf32>, %[[Y:[^:]+]]: {{.*}})
// CHECK-NOT:     vector.store
// CHECK:         scf.for {{.*}} iter_args
// CHECK:         vector.store %{{.*}}, %[[Y]]
func.func @named_sum_from_fill(%x: memref<8x16xf32>, %y: memref<16xf32>) {
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%y : memref<16xf32>)
  linalg.reduce { arith.addf } ins(%x : memref<8x16xf32>) outs(%y : memref<16xf32>) dimensions = [0]
  return
}

// A sum that reads what is filled, too.
// CHECK-LABEL: func.func @sum_of_fill
// CHECK:         vector.store %{{.*}}, %[[Y:.*]][
// CHECK:         vector.load %[[Y]][
func.func @sum_of_fill(%x: memref<8x16xf32>, %y: memref<16xf32>) {
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%y : memref<16xf32>)
  linalg.generic {indexing_maps = [#ij, #j, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x, %y : memref<8x16xf32>, memref<16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %s, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// Part of what was filled is written again before the sum: it adds to that.
// CHECK-LABEL: func.func @sum_from_more_than_fill
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         vector.store %{{.*}}, %[[Y]]
// CHECK:         vector.load %[[Y]]
func.func @sum_from_more_than_fill(%x: memref<8x16xf32>, %y: memref<16xf32>) {
  %one = arith.constant 1.0 : f32
  %part = memref.subview %y[0] [4] [1] : memref<16xf32> to memref<4xf32, strided<[1]>>
  linalg.fill ins(%one : f32) outs(%y : memref<16xf32>)
  linalg.exp ins(%part : memref<4xf32, strided<[1]>>) outs(%part : memref<4xf32, strided<[1]>>)
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<8x16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.addf %s, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// A sweep over more than 1 MiB starts at its end: what sums along rows, such
// as a matrix product, ends there, and the cache holds the last of it.
// CHECK-LABEL: func.func @large_sweep
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[WHOLE:.*]] = arith.constant 40000 : index
// CHECK-DAG:     %[[LAST:.*]] = arith.constant 39984 : index
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[WHOLE]] step
// CHECK:           %[[AT:.*]] = arith.subi %[[LAST]], %[[I]]
// CHECK:           scf.for %[[J:[^ ]+]] =
// CHECK:             vector.load %[[X]][%[[J]], %[[AT]]]
// CHECK:           vector.store %{{.*}}, %[[Y]][%[[AT]]]
// CHECK:         vector.maskedload %[[X]][%{{.*}}, %[[WHOLE]]]
func.func @large_sweep(%x: memref<8x40003xf32>, %y: memref<40003xf32>) {
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<8x40003xf32>) outs(%y : memref<40003xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.addf %s, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// Sums over either dimension: those along the rows, over which vectors run, are
// in registers; those over the rows are added to in memory, and their fill stays.
// CHECK-LABEL: func.func @sums_over_either
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[ROWS:[^:]+]]: {{.*}}, %[[COLUMNS:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         vector.store %[[ZEROS]], %[[COLUMNS]]
// CHECK:         scf.for %[[I:[^ ]+]] =
// CHECK:           %[[SUM:.*]] = scf.for %[[J:[^ ]+]] = {{.*}} iter_args(%[[LANES:.*]] = %[[ZEROS]])
// CHECK:             %[[V:.*]] = vector.load %[[X]][%[[I]], %[[J]]]
// CHECK:             %[[C:.*]] = vector.load %[[COLUMNS]][%[[J]]]
// CHECK:             %[[NEXT:.*]] = arith.addf %[[LANES]], %[[V]]
// CHECK:             %[[D:.*]] = arith.addf %[[C]], %[[V]]
// CHECK:             vector.store %[[D]], %[[COLUMNS]][%[[J]]]
// CHECK:             scf.yield %[[NEXT]]
// CHECK:           vector.reduction <add>, %[[SUM]]
// CHECK-NOT:       memref.load %[[ROWS]]
// CHECK:           memref.store %{{.*}}, %[[ROWS]][%[[I]]]
func.func @sums_over_either(%x: memref<8x48xf32>, %rows: memref<8xf32>, %columns: memref<48xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%rows : memref<8xf32>)
  linalg.fill ins(%zero : f32) outs(%columns : memref<48xf32>)
  linalg.generic {indexing_maps = [#ij, #i, #j], iterator_types = ["reduction", "reduction"]}
      ins(%x : memref<8x48xf32>) outs(%rows, %columns : memref<8xf32>, memref<48xf32>) {
  ^bb0(%a: f32, %s: f32, %t: f32):
    %0 = arith.addf %s, %a : f32
    %1 = arith.addf %t, %a : f32
    linalg.yield %0, %1 : f32, f32
  }
  return
}

// A product that a sum or a difference reads is not rounded before, whatever
// else reads it; of two the left one, and of a negated one the product. Targets
// without fused multiply-add round it.
// CHECK-LABEL: func.func @products
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Z:[^:]+]]: {{.*}}, %{{.*}}: {{.*}})
// CHECK:         %[[A:.*]] = vector.load %[[X]]
// CHECK:         %[[B:.*]] = vector.load %[[Z]]
// CHECK-NOT:     fastmath
// CHECK:         %[[RIGHT:.*]] = arith.mulf %[[B]], %[[B]]
// CHECK-NEXT:    %[[BOTH:.*]] = math.fma %[[A]], %[[B]], %[[RIGHT]]
// CHECK-NEXT:    %[[NEG:.*]] = arith.negf %[[A]]
// CHECK-NEXT:    %[[MINUS:.*]] = math.fma %[[NEG]], %[[BOTH]], %[[B]]
// CHECK-NEXT:    %[[TERM:.*]] = arith.negf %[[B]]
// CHECK-NEXT:    %[[LESS:.*]] = math.fma %[[MINUS]], %[[MINUS]], %[[TERM]]
// CHECK-NEXT:    %[[NEGATED:.*]] = arith.negf %[[LESS]]
// CHECK-NEXT:    %[[SUM:.*]] = math.fma %[[NEGATED]], %[[A]], %[[B]]
// CHECK-NEXT:    %[[TWICE:.*]] = arith.mulf %[[SUM]], %[[SUM]]
// CHECK-NEXT:    %[[READ:.*]] = math.fma %[[SUM]], %[[SUM]], %[[A]]
// CHECK-NEXT:    arith.mulf %[[READ]], %[[TWICE]]
// APART-LABEL: func.func @products
// APART-NOT:     math.fma
// APART:         return
func.func @products(%x: memref<16xf32>, %z: memref<16xf32>, %y: memref<16xf32>) {
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %z : memref<16xf32>, memref<16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %ab = arith.mulf %a, %b : f32
    %bb = arith.mulf %b, %b : f32
    %both = arith.addf %ab, %bb : f32
    %scaled = arith.mulf %a, %both : f32
    %minus = arith.subf %b, %scaled : f32
    %square = arith.mulf %minus, %minus : f32
    %less = arith.subf %square, %b : f32
    %product = arith.mulf %less, %a : f32
    %negated = arith.negf %product : f32
    %sum = arith.addf %negated, %b : f32
    %twice = arith.mulf %sum, %sum : f32
    %read = arith.addf %twice, %a : f32
    %all = arith.mulf %read, %twice : f32
    linalg.yield %all : f32
  }
  return
}

// So does a loop by element: a tile of one sample has no dimension for vectors.
// CHECK-LABEL: func.func @by_element
// CHECK-NOT:     vector
// CHECK:         %[[A:.*]] = memref.load
// CHECK:         %[[B:.*]] = memref.load
// CHECK:         %[[SUM:.*]] = memref.load
// CHECK:         %[[NEG:.*]] = arith.negf %[[A]]
// CHECK-NEXT:    %[[MINUS:.*]] = math.fma %[[NEG]], %[[B]], %[[B]]
// CHECK-NEXT:    math.fma %[[MINUS]], %[[A]], %[[SUM]]
// APART-LABEL: func.func @by_element
// APART-NOT:     math.fma
// APART:         return
func.func @by_element(%x: memref<7x1xf32>, %z: memref<7x1xf32>, %y: memref<1xf32>) {
  linalg.generic {indexing_maps = [#ij, #ij, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x, %z : memref<7x1xf32>, memref<7x1xf32>) outs(%y : memref<1xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %ab = arith.mulf %a, %b : f32
    %minus = arith.subf %b, %ab : f32
    %product = arith.mulf %minus, %a : f32
    %sum = arith.addf %o, %product : f32
    linalg.yield %sum : f32
  }
  return
}

// A product that the other operand is computed from is rounded before: `p - p`
// is 0, and what `p` has behind the point lies between 0 and 1.
// CHECK-LABEL: func.func @from_itself
// CHECK:         %[[P:.*]] = arith.mulf
// CHECK-NEXT:    %[[FLOOR:.*]] = math.floor %[[P]]
// CHECK-NEXT:    arith.subf %[[P]], %[[FLOOR]]
// CHECK-NEXT:    arith.addf %[[P]], %[[P]]
// CHECK-NEXT:    math.fma %[[P]], %{{.*}}, %[[P]]
func.func @from_itself(%x: memref<16xf32>, %y: memref<16xf32>, %z: memref<16xf32>, %u: memref<16xf32>) {
  linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%x : memref<16xf32>) outs(%y, %z, %u : memref<16xf32>, memref<16xf32>, memref<16xf32>) {
  ^bb0(%a: f32, %o: f32, %o1: f32, %o2: f32):
    %p = arith.mulf %a, %a : f32
    %floor = math.floor %p : f32
    %rest = arith.subf %p, %floor : f32
    %twice = arith.addf %p, %p : f32
    %q = arith.mulf %p, %a : f32
    %both = arith.addf %p, %q : f32
    linalg.yield %rest, %twice, %both : f32, f32, f32
  }
  return
}
