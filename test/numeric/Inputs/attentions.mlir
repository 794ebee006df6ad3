// Attentions of each kind, and a function that makes their arguments: masks hide about half of the keys, from all
// queries of a sample alike or from each other ones.

func.func @attentions(%q: tensor<?x?x24xf32>, %k: tensor<?x?x24xf32>, %v: tensor<?x?x12xf32>,
                      %of_keys: tensor<?x?xi1>, %of_pairs: tensor<?x?x?xi1>)
    -> (tensor<?x?x12xf32> {vellum.name = "plain"}, tensor<?x?x12xf32> {vellum.name = "causal"},
        tensor<?x?x12xf32> {vellum.name = "masked"}, tensor<?x?x12xf32> {vellum.name = "masked_pairs"},
        tensor<?x?x12xf32> {vellum.name = "heads"}, tensor<?x?x12xf32> {vellum.name = "masked_heads"},
        tensor<?x3x?x?xf32> {vellum.name = "weighting"}) {
  %plain = vellum.attend %q to %k, %v
  %causal = vellum.attend %q to %k, %v score dot causal
  %masked = vellum.attend %q to %k, %v mask %of_keys
  %masked_pairs = vellum.attend %q to %k, %v mask %of_pairs causal
  %heads = vellum.attend %q to %k, %v mask %of_keys causal heads 2
  %masked_heads, %weighting = vellum.attend %q to %k, %v mask %of_pairs heads 3 weighting
  return %plain, %causal, %masked, %masked_pairs, %heads, %masked_heads, %weighting
      : tensor<?x?x12xf32>, tensor<?x?x12xf32>, tensor<?x?x12xf32>, tensor<?x?x12xf32>, tensor<?x?x12xf32>,
        tensor<?x?x12xf32>, tensor<?x3x?x?xf32>
}

func.func @inputs(%size: index, %queries: index, %keys: index)
    -> (tensor<?x?x24xf32> {vellum.name = "q"}, tensor<?x?x24xf32> {vellum.name = "k"},
        tensor<?x?x12xf32> {vellum.name = "v"}, tensor<?x?xi1> {vellum.name = "of_keys"},
        tensor<?x?x?xi1> {vellum.name = "of_pairs"}) {
  %key = arith.constant 7 : i64
  %zero = arith.constant 0.0 : f32
  %q = vellum.random normal %key stream 1 (%size, %queries) : tensor<?x?x24xf32>
  %k = vellum.random normal %key stream 2 (%size, %keys) : tensor<?x?x24xf32>
  %v = vellum.random normal %key stream 3 (%size, %keys) : tensor<?x?x12xf32>
  %of_key = vellum.random normal %key stream 4 (%size, %keys) : tensor<?x?xf32>
  %of_pair = vellum.random normal %key stream 5 (%size, %queries, %keys) : tensor<?x?x?xf32>
  %zeros = tensor.splat %zero[%size, %keys] : tensor<?x?xf32>
  %more = tensor.splat %zero[%size, %queries, %keys] : tensor<?x?x?xf32>
  %of_keys = arith.cmpf ogt, %of_key, %zeros : tensor<?x?xf32>
  %of_pairs = arith.cmpf ogt, %of_pair, %more : tensor<?x?x?xf32>
  return %q, %k, %v, %of_keys, %of_pairs
      : tensor<?x?x24xf32>, tensor<?x?x24xf32>, tensor<?x?x12xf32>, tensor<?x?xi1>, tensor<?x?x?xi1>
}
