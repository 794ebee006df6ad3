// RUN: vellum-opt %s -split-input-file -verify-diagnostics

// @training_c1
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
func.func private @data(i64, index) -> tensor<?x8xf32>
// expected-note @+1 {{the first one is here}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}
// expected-error @+1 {{'vellum.training' op a module has one recipe at most}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c2
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op unknown function @data}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c2
func.func private @data(i64, index) -> tensor<?x8xf32>
// expected-error @+1 {{'vellum.training' op unknown function @loss}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c3
func.func private @loss(tensor<?x8xf32>) -> tensor<1xf32>
func.func private @data(i64, index) -> tensor<?x8xf32>
// expected-error @+1 {{'vellum.training' op the loss must be a float tensor of rank 0, but @loss returns 'tensor<1xf32>'}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c3
func.func private @loss(tensor<?x8xf32>)
func.func private @data(i64, index) -> tensor<?x8xf32>
// expected-error @+1 {{'vellum.training' op the loss must be a float tensor of rank 0, but @loss returns nothing}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c4
func.func private @loss(tensor<?x9xf32>) -> tensor<f32>
func.func private @data(i64, index) -> tensor<?x8xf32>
// expected-error @+1 {{'vellum.training' op @data must return the arguments of @loss, ('tensor<?x9xf32>'), but got ('tensor<?x8xf32>')}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c5
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
func.func private @data(i32, index) -> tensor<?x8xf32>
// expected-error @+1 {{'vellum.training' op @data must take (i64) or (i64, index), but got ('i32', 'index')}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c5
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
func.func private @data(i64, i64) -> tensor<?x8xf32>
// expected-error @+1 {{'vellum.training' op @data must take (i64) or (i64, index), but got ('i64', 'i64')}}
vellum.training loss @loss data @data optimizer sgd {learning_rate = 0.1}

// -----

// @training_c6
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op sgd knows the settings learning_rate, momentum, but got decay}}
vellum.training loss @loss optimizer sgd {learning_rate = 0.1, decay = 0.9}

// -----

// @training_c6
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op needs the setting learning_rate}}
vellum.training loss @loss optimizer sgd {momentum = 0.9}

// -----

// @training_c6
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op learning_rate must be positive, but got -0.1}}
vellum.training loss @loss optimizer sgd {learning_rate = -0.1}

// -----

// @training_c6
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op setting learning_rate must be a finite number, but got "fast"}}
vellum.training loss @loss optimizer sgd {learning_rate = "fast"}

// -----

// @training_c7
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op number of steps must be positive, but got 0}}
vellum.training loss @loss steps 0 optimizer sgd {learning_rate = 0.1}

// -----

// @training_c7
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op batch size must be positive, but got -1}}
vellum.training loss @loss batch -1 optimizer sgd {learning_rate = 0.1}

// -----

// @training_c7
func.func private @loss(tensor<?x8xf32>) -> tensor<f32>
// expected-error @+1 {{'vellum.training' op clipping bound must be positive, but got 0}}
vellum.training loss @loss optimizer sgd {learning_rate = 0.1} clip norm 0
