/* Uses all of the interface of line.mlir: line DIR THREADS writes weights, state
   and raw results into DIR. */
#include "line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static line_context *context;

static void check(int code) {
  if (code == VELLUM_OK)
    return;
  fprintf(stderr, "error: %s\n", line_error(context));
  exit(1);
}

static const char *path(const char *folder, const char *name) {
  static char text[1000];
  snprintf(text, sizeof text, "%s/%s", folder, name);
  return text;
}

static void dump(const char *folder, const char *name, const float *data,
                 int64_t count) {
  FILE *file = fopen(path(folder, name), "wb");
  if (!file || fwrite(data, sizeof *data, (size_t)count, file) != (size_t)count)
    exit(2);
  fclose(file);
}

int main(int argc, char **argv) {
  const char *folder = argv[1];
  line_parameters parameters, again;
  line_state state;
  line_points_inputs size = {5, 7}; /* key, batch */
  line_points_results points;
  line_predict_inputs x;
  line_predict_results y;
  line_loss_gradient_inputs of;
  line_loss_gradient_results gradient;
  int64_t step;
  if (argc != 3 || !(context = line_create(atoi(argv[2]))))
    return 2;
  printf("target %s\n", line_target());

  check(line_parameters_init(context, &parameters, 3));
  check(line_state_init(context, &state));
  for (step = 0; step < 50; ++step) {
    line_train_step_inputs inputs = {3, 0, 8}; /* seed, step, batch */
    line_train_step_results results;
    inputs.step = step;
    check(line_train_step(context, &parameters, &state, &inputs, &results));
  }
  check(line_parameters_save(context, &parameters,
                             path(folder, "weights.safetensors")));
  check(line_state_save(context, &state, path(folder, "state.safetensors")));

  check(line_points(context, &size, &points));
  x.x = points.x;
  check(line_predict(context, &parameters, &x, &y));
  dump(folder, "predict.y", y.y.data, y.y.shape[0] * y.y.shape[1]);

  of.x = points.x;
  of.target = points.target;
  of.d_mean = 1;
  of.d_worst = 1;
  check(line_loss_gradient(context, &parameters, &of, &gradient));
  dump(folder, "gradient.mean", &gradient.mean, 1);
  dump(folder, "gradient.d_w", gradient.d_w.data, 2);
  dump(folder, "gradient.d_x", gradient.d_x.data, 14);

  memset(&again, 0, sizeof again);
  check(line_parameters_load(context, &again,
                             path(folder, "weights.safetensors")));
  printf("loaded %s\n",
         memcmp(&again, &parameters, sizeof again) ? "others" : "the same");
  printf("parameter 1 is %s at %d\n", line_parameters_field(1)->name,
         (int)line_parameters_field(1)->offset);
  line_destroy(context);
  return 0;
}
