/* Trains the Neural Turing Machine of examples/ntm-copy in a C program, then lets
   it copy fresh sequences. The model was compiled ahead of time: this program
   needs the C library and nothing of Vellum.

   usage: main [STEPS [SEED [THREADS]]] */
#include "ntm.h"

#include <stdio.h>
#include <stdlib.h>

static void check(int code, const ntm_context *context) {
  if (code == VELLUM_OK)
    return;
  fprintf(stderr, "error: %s\n", ntm_error(context));
  exit(1);
}

/* Prints the mean of the losses, in bits, ten times. */
static void train(ntm_context *context, ntm_parameters *parameters, int steps,
                  uint64_t seed) {
  ntm_state *state = malloc(sizeof *state);
  const int interval = steps < 10 ? 1 : steps / 10;
  double sum = 0;
  int step;
  check(ntm_state_init(context, state), context);
  for (step = 0; step < steps; ++step) {
    ntm_train_step_inputs inputs = {0};
    ntm_train_step_results results;
    inputs.seed = seed;
    inputs.step = step;
    inputs.batch = 1;
    check(ntm_train_step(context, parameters, state, &inputs, &results),
          context);
    sum += results.bits;
    if ((step + 1) % interval)
      continue;
    printf("step %d: %.4f bits per sequence\n", step + 1, sum / interval);
    sum = 0;
  }
  free(state);
}

/* The forward program: makes a batch, and runs the network on it. */
static void copy(ntm_context *context, const ntm_parameters *parameters,
                 int64_t length) {
  ntm_task_inputs size = {0};
  ntm_task_results task;
  ntm_ntm_inputs inputs;
  ntm_ntm_results results;
  int64_t i, wrong = 0;
  size.key = 1;
  size.batch = 20;
  size.length = length;
  check(ntm_task(context, &size, &task), context);
  inputs.xs = task.x;
  check(ntm_ntm(context, parameters, &inputs, &results), context);
  /* The answer is in the last `length` steps of results.logits[step][sequence]
     [bit]; what it should be lives to the end of this call. */
  for (i = (length + 1) * size.batch * 8; i < (2 * length + 1) * size.batch * 8;
       ++i)
    wrong += (results.logits.data[i] > 0) != (task.target.data[i] > 0);
  printf("length %d: %d of %d bits wrong\n", (int)length, (int)wrong,
         (int)(length * size.batch * 8));
}

int main(int argc, char **argv) {
  const int steps = argc > 1 ? atoi(argv[1]) : 4000;
  const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  const int threads = argc > 3 ? atoi(argv[3]) : 1;
  ntm_context *context = ntm_create(threads);
  ntm_parameters *parameters = malloc(sizeof *parameters);
  if (!context || !parameters) {
    fprintf(stderr, "error: no context of %d threads\n", threads);
    return 1;
  }
  printf("code for %s\n", ntm_target());
  check(ntm_parameters_init(context, parameters, seed), context);
  train(context, parameters, steps, seed);
  check(ntm_parameters_save(context, parameters, "weights.safetensors"),
        context);
  copy(context, parameters, 10);
  copy(context, parameters, 20);
  copy(context, parameters, 40);
  free(parameters);
  ntm_destroy(context);
  return 0;
}
