// RUN: vellum-opt %s -vellum-differentiate -split-input-file -verify-diagnostics

func.func @no_rule(%x: tensor<2xf32>, %z: tensor<2xf32>) -> tensor<2xf32> {
  %shape = arith.constant dense<2> : tensor<1xi32>
  %inactive = tensor.reshape %z(%shape) : (tensor<2xf32>, tensor<1xi32>) -> tensor<2xf32>
  // expected-error @+1 {{'tensor.reshape' op has no derivative, but a result that is differentiated depends on it}}
  %y = tensor.reshape %x(%shape) : (tensor<2xf32>, tensor<1xi32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @no_rule_in_scan(%xs: tensor<?x2xf32>, %a: tensor<2xf32>) -> tensor<2xf32> {
  %last = vellum.scan for %x in %xs carry %h = %a {
    %shape = arith.constant dense<2> : tensor<1xi32>
    // expected-error @+1 {{'tensor.reshape' op has no derivative, but a result that is differentiated depends on it}}
    %y = tensor.reshape %h(%shape) : (tensor<2xf32>, tensor<1xi32>) -> tensor<2xf32>
    yield %y
  }
  return %last : tensor<2xf32>
}

// -----

func.func private @g(tensor<2xf32>) -> tensor<2xf32>

func.func @call(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'func.call' op has no derivative, but a result that is differentiated depends on it}}
  %y = func.call @g(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// expected-error @+1 {{cannot be differentiated, as @f.gradient exists}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}

func.func private @f.gradient(%x: tensor<2xf32>)

// -----

// expected-error @+1 {{must have a body of one block to be differentiated}}
func.func @blocks(%x: tensor<2xf32>) -> tensor<2xf32> {
  cf.br ^bb1
^bb1:
  return %x : tensor<2xf32>
}
