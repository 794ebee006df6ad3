// Adaptive computation time (Graves 2016) learns parity: of 16 numbers some are 1 or -1, the rest
// 0, and the answer is whether the ones are odd in number. The network sees all numbers at once
// and updates its state as often as it likes before it answers.
!numbers = tensor<?x16xf32>
!column = tensor<?x1xf32>

// Rows for the numbers, the first-step flag and the state. Orthonormal columns keep a state's length over many steps.
vellum.parameter @rnn : tensor<145x128xf32> = orthogonal
vellum.parameter @rnn_bias : tensor<128xf32> = zeros
vellum.parameter @answer : tensor<128x1xf32> = glorot
vellum.parameter @answer_bias : tensor<1xf32> = zeros
vellum.parameter @halt : tensor<128x1xf32> = glorot
// Negative: thinking starts with 15 steps, which are enough to learn from. 1 starts with two.
vellum.parameter @halt_bias : tensor<1xf32> = constant(-3.0)

vellum.training loss @loss data @parity batch 128 steps 8000
  optimizer adam {learning_rate = 1.0e-3} clip norm 1.0

// The answer, the ponder cost and the number of steps of each sample.
func.func @think(%x: !numbers) -> (!column, !column, !column) {
  %dim = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %dim : !numbers
  %rnn = vellum.use @rnn
  %rnn_bias = vellum.use @rnn_bias
  %answer = vellum.use @answer
  %answer_bias = vellum.use @answer_bias
  %halt = vellum.use @halt
  %halt_bias = vellum.use @halt_bias
  %rest = tensor.splat %zero[%batch] : tensor<?x128xf32>
  %last, %logit, %cost, %steps = vellum.ponder first %flag carry %state = %rest cap 20 {
    %next = rnn_cell %x, %flag state %state by %rnn bias %rnn_bias
    %y = linear %next by %answer bias %answer_bias
    %h = linear %next by %halt bias %halt_bias
    %p = sigmoid %h
    yield %next emit %y halt %p
  }
  return %logit, %cost, %steps : !column, !column, !column
}

// 1 where the answer is wrong, else 0.
func.func @wrong(%logit: !column, %odd: !column) -> !column {
  %probability = vellum.sigmoid %logit
  %answer = math.round %probability : !column
  %difference = arith.subf %answer, %odd : !column
  %wrong = math.absf %difference : !column
  return %wrong : !column
}

// Surprise at the right answer, and a price for thinking.
func.func @loss(%x: !numbers, %odd: !column)
    -> (tensor<f32> {vellum.name = "loss"}, tensor<f32> {vellum.name = "error"},
        tensor<f32> {vellum.name = "steps"}) {
  %logit, %cost, %steps = call @think(%x) : (!numbers) -> (!column, !column, !column)
  %surprise = vellum.sigmoid_cross_entropy %logit against %odd
  %ponder = vellum.reduce mean %cost over [0, 1]
  %price = arith.constant dense<0.001> : tensor<f32>
  %paid = arith.mulf %ponder, %price : tensor<f32>
  %loss = arith.addf %surprise, %paid : tensor<f32>
  %wrong = call @wrong(%logit, %odd) : (!column, !column) -> !column
  %error = vellum.reduce mean %wrong over [0, 1]
  %mean_steps = vellum.reduce mean %steps over [0, 1]
  return %loss, %error, %mean_steps : tensor<f32>, tensor<f32>, tensor<f32>
}

// As many numbers as a uniform draw says are not 0; of these a coin makes each 1 or -1.
func.func @parity(%key: i64, %batch: index) -> (!numbers, !column) {
  %places = arith.constant 16.0 : f32
  %sixteen = tensor.splat %places[%batch] : !column
  %u = vellum.random uniform %key (%batch) : !column
  %count = arith.mulf %u, %sixteen : !column
  %order = vellum.random permutation %key stream 1 (%batch) : tensor<?x16xi32>
  %rank = arith.sitofp %order : tensor<?x16xi32> to !numbers
  %counts = vellum.broadcast %count like %rank
  %is_set = arith.cmpf olt, %rank, %counts : !numbers
  %set = arith.uitofp %is_set : tensor<?x16xi1> to !numbers
  %coin = vellum.random uniform %key stream 2 (%batch) : !numbers
  %side = math.round %coin : !numbers
  %ones = arith.mulf %set, %side : !numbers
  %twice = arith.addf %ones, %ones : !numbers
  %x = arith.subf %twice, %set : !numbers
  %sum = vellum.reduce sum %ones over [1] keep
  %number = arith.fptosi %sum : !column to tensor<?x1xi32>
  %is_odd = arith.trunci %number : tensor<?x1xi32> to tensor<?x1xi1>
  %odd = arith.uitofp %is_odd : tensor<?x1xi1> to !column
  return %x, %odd : !numbers, !column
}

// Mean steps and errors of fresh samples by how many of their numbers are not 0, 1 to 16.
func.func @by_count(%key: i64, %batch: index)
    -> (tensor<16xf32> {vellum.name = "steps"}, tensor<16xf32> {vellum.name = "error"}) {
  %x, %odd = call @parity(%key, %batch) : (i64, index) -> (!numbers, !column)
  %logit, %cost, %steps = call @think(%x) : (!numbers) -> (!column, !column, !column)
  %wrong = call @wrong(%logit, %odd) : (!column, !column) -> !column
  %set = math.absf %x : !numbers
  %count = vellum.reduce sum %set over [1] keep
  %counts = vellum.broadcast %count like %x
  %columns = arith.constant dense<[1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15., 16.]> : tensor<16xf32>
  %numbers = vellum.broadcast %columns across [0] like %x
  %is_there = arith.cmpf oeq, %counts, %numbers : !numbers
  %there = arith.uitofp %is_there : tensor<?x16xi1> to !numbers
  %samples = vellum.reduce sum %there over [0]
  %steps_of = vellum.reduce sum %steps over [1]
  %wrong_of = vellum.reduce sum %wrong over [1]
  %all_steps = vellum.contract "bn,b->n" %there, %steps_of
  %all_wrong = vellum.contract "bn,b->n" %there, %wrong_of
  %mean_steps = arith.divf %all_steps, %samples : tensor<16xf32>
  %mean_wrong = arith.divf %all_wrong, %samples : tensor<16xf32>
  return %mean_steps, %mean_wrong : tensor<16xf32>, tensor<16xf32>
}
