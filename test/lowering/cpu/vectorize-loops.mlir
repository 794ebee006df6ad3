// RUN: vellum-opt %s --vellum-vectorize-loops --canonicalize | FileCheck %s
// RUN: vellum-opt %s --vellum-vectorize-loops=lanes=4 | FileCheck %s --check-prefix=FOUR

#id = affine_map<(i) -> (i)>
#one = affine_map<(i) -> ()>
#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>

// 37 are two vectors of 16 and 5 of 8; what does not vary is loaded once per
// vector.
// CHECK-LABEL: func.func @tail
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[S:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[WHOLE:.*]] = arith.constant 32 : index
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[WHOLE]] step %{{.*}} {
// CHECK:           %[[A:.*]] = vector.load %[[X]][%[[I]]] : {{.*}}, vector<16xf32>
// CHECK:           %[[SCALAR:.*]] = memref.load %[[S]][]
// CHECK:           %[[B:.*]] = vector.broadcast %[[SCALAR]] : f32 to vector<16xf32>
// CHECK:           %[[SUM:.*]] = arith.addf %[[A]], %[[B]] : vector<16xf32>
// CHECK:           vector.store %[[SUM]], %[[Y]][%[[I]]]
// CHECK:         }
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

// Columns are summed side by side, in a register.
// CHECK-LABEL: func.func @columns
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         scf.for %[[J:.*]] =
// CHECK:           %[[START:.*]] = vector.load %[[Y]][%[[J]]]
// CHECK:           %[[SUM:.*]] = scf.for %[[I:.*]] = %{{.*}} iter_args(%{{.*}} = %[[START]])
// CHECK:             vector.load %[[X]][%[[I]], %[[J]]]
// CHECK:           vector.store %[[SUM]], %[[Y]][%[[J]]]
func.func @columns(%x: memref<4x32xf32>, %y: memref<32xf32>) {
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]} ins(%x : memref<4x32xf32>) outs(%y : memref<32xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  }
  return
}
