// Functions whose floating-point operations are easily counted by hand.
func.func @softmax(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = vellum.softmax %x
  return %y : tensor<?x3xf32>
}

func.func @outer(%a: tensor<?xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %c = vellum.contract "m,n->mn" %a, %b
  return %c : tensor<?x3xf32>
}

func.func @shift(%w: tensor<?x5xf32>, %by: tensor<?x3xf32>) -> tensor<?x5xf32> {
  %y = vellum.shift_address %w by %by
  return %y : tensor<?x5xf32>
}

// Each step is an addition and a tanh of two elements.
func.func @steps(%xs: tensor<?x2xf32>, %h0: tensor<2xf32>) -> tensor<2xf32> {
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    %sum = arith.addf %h, %x : tensor<2xf32>
    %h1 = math.tanh %sum : tensor<2xf32>
    yield %h1
  }
  return %h : tensor<2xf32>
}

// The flag, an output, the cost and the number of steps meet what has the argument's size.
func.func @thinks(%x: tensor<?x3xf32>) -> tensor<?x1xf32> {
  %part = vellum.slice %x from 0 size 1
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %s = %x cap 2 {
    %s1 = math.tanh %s : tensor<?x3xf32>
    %h = slice %s1 from 0 size 1
    %e = arith.addf %flag, %part : tensor<?x1xf32>
    %p = sigmoid %h
    yield %s1 emit %e halt %p
  }
  %a = arith.mulf %y, %part : tensor<?x1xf32>
  %b = arith.mulf %cost, %steps : tensor<?x1xf32>
  %c = arith.addf %b, %part : tensor<?x1xf32>
  %d = arith.addf %a, %c : tensor<?x1xf32>
  return %d : tensor<?x1xf32>
}

func.func @arguments() -> (tensor<2x3xf32> {vellum.name = "x"}, tensor<4xf32> {vellum.name = "a"},
    tensor<3xf32> {vellum.name = "b"}, tensor<2x5xf32> {vellum.name = "w"}, tensor<2x3xf32> {vellum.name = "by"},
    tensor<7x2xf32> {vellum.name = "xs"}, tensor<2xf32> {vellum.name = "h0"}) {
  %x = arith.constant dense<0.5> : tensor<2x3xf32>
  %a = arith.constant dense<0.5> : tensor<4xf32>
  %b = arith.constant dense<0.5> : tensor<3xf32>
  %w = arith.constant dense<0.2> : tensor<2x5xf32>
  %xs = arith.constant dense<0.5> : tensor<7x2xf32>
  %h0 = arith.constant dense<0.5> : tensor<2xf32>
  return %x, %a, %b, %w, %x, %xs, %h0 : tensor<2x3xf32>, tensor<4xf32>, tensor<3xf32>, tensor<2x5xf32>,
    tensor<2x3xf32>, tensor<7x2xf32>, tensor<2xf32>
}
