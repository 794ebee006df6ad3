// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @contract_c1(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @+1 {{the contraction must have the form "ab,bc->ac" with letters a-z, but got "bk,kn"}}
  %c = vellum.contract "bk,kn" %a, %b
  return
}

// -----

func.func @contract_c1(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @+1 {{the contraction must have the form "ab,bc->ac" with letters a-z, but got "bk,kN->bN"}}
  %c = vellum.contract "bk,kN->bN" %a, %b
  return
}

// -----

func.func @contract_c1(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @+1 {{the contraction must have the form "ab,bc->ac" with letters a-z, but got "bk,kn,n->bn"}}
  %c = vellum.contract "bk,kn,n->bn" %a, %b
  return
}

// -----

func.func @contract_c2(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @+1 {{left operand must have a dimension for each letter of "bik", but got 2x3}}
  %c = vellum.contract "bik,kn->bin" %a, %b
  return
}

// -----

func.func @contract_c3(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @+1 {{a letter may stand once in each tensor, but got 'k' twice in "kk"}}
  %c = vellum.contract "kk,kn->n" %a, %b
  return
}

// -----

func.func @contract_c4(%a: tensor<2x3xf32>, %b: tensor<5x4xf32>) {
  // expected-error @+1 {{dimensions with the letter 'k' must have the same size, but got 3 and 5}}
  %c = vellum.contract "bk,kn->bn" %a, %b
  return
}

// -----

func.func @contract_c5(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @+1 {{every letter of the result must stand in an operand, but got 'z' in "bk,kn->bnz"}}
  %c = vellum.contract "bk,kn->bnz" %a, %b
  return
}

// -----

func.func @contract_c6(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @+1 {{a letter of one operand alone must stand in the result, but got 'b' in "bk,kn->n"}}
  %c = vellum.contract "bk,kn->n" %a, %b
  return
}

// -----

func.func @contract_c7(%a: tensor<2x3xf32>, %b: tensor<3x4xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %c = vellum.contract "bk,kn->bn" %a, %b
  return
}
